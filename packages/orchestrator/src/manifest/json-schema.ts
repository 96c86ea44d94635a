import { manifestSchema, type Plugin } from '@sensorium/contracts';
import { parts, type SectionName } from './merge.js';
import { packageNames } from './plugin-names.js';
import { isSchema, toJsonSchema, type JsonSchema } from './schema-words.js';

/** The version that editors know best. */
const target = 'draft-7';

/**
 * JSON Schema (draft 7) of a manifest as people write it, for editors. Options of the given plugins are checked,
 * those of others allowed. Since a manifest may extend another one, only `sensorium` is required.
 */
export function manifestJsonSchema(plugins: readonly Plugin[] = []): JsonSchema {
  const schema = toJsonSchema(manifestSchema, target);
  const { inputs, fusion, heads } = schema.properties ?? {};
  const each = (section: SectionName) => (map: JsonSchema) => ({
    ...map,
    additionalProperties: mapSchema(map.additionalProperties, (part) => withOptions(part, section, plugins)),
  });
  return {
    ...schema,
    title: 'Sensorium manifest',
    required: ['sensorium'],
    properties: {
      ...schema.properties,
      inputs: mapSchema(inputs, each('inputs')),
      fusion: mapSchema(fusion, (part) => withOptions(part, 'fusion', plugins)),
      heads: mapSchema(heads, each('heads')),
    },
  };
}

type MaybeSchema = JsonSchema | boolean | undefined;

const mapSchema = (schema: MaybeSchema, map: (schema: JsonSchema) => JsonSchema): JsonSchema | boolean =>
  isSchema(schema) ? map(schema) : (schema ?? true);

/** Both forms of a part: the short one with the plugins' names as examples, the long one with their options. */
function withOptions(part: JsonSchema, section: SectionName, plugins: readonly Plugin[]): JsonSchema {
  const { kind, plugin: key, keys } = parts[section];
  const known = plugins.filter((plugin) => plugin.kind === kind);
  const examples = known.map(({ name }) => name);
  const forms = (part.anyOf ?? []).filter(isSchema).map(({ required: _, ...form }): JsonSchema => {
    if (form.type !== 'object') return { ...form, examples };
    const name = mapSchema(form.properties?.[key], (schema) => ({ ...schema, examples }));
    return {
      ...form,
      properties: { ...form.properties, [key]: name },
      ...(known.length > 0 && { allOf: known.map((plugin) => onlyOptionsOf(plugin, key, keys)) }),
    };
  });
  return { ...part, anyOf: forms };
}

/** Where the plugin is named, its options and the manifest's own keys are all there may be. */
function onlyOptionsOf(plugin: Plugin, key: string, keys: readonly string[]): JsonSchema {
  const names = [plugin.name, ...packageNames(plugin.kind, plugin.name)];
  const own = Object.fromEntries(keys.map((own) => [own, true]));
  const { properties } = toJsonSchema(plugin.options, target);
  return {
    if: { required: [key], properties: { [key]: { enum: names } } },
    then: { properties: { ...properties, ...own }, additionalProperties: false },
  };
}
