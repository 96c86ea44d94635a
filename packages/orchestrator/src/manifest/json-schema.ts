import { manifestSchema, type Plugin } from '@sensorium/contracts';
import { forms, type SectionName } from './merge.js';
import { packageNames } from './plugin-names.js';
import { isSchema, toJsonSchema, type JsonSchema } from './schema-words.js';

/** The version that editors know best. */
const target = 'draft-7';

/**
 * JSON Schema (draft 7) of a manifest as people write it, for editors. Options of the given plugins are checked,
 * those of others allowed. What is required may stand in the manifest that another one extends.
 */
export function manifestJsonSchema(plugins: readonly Plugin[] = []): JsonSchema {
  const { required, ...schema } = toJsonSchema(manifestSchema, target);
  const { inputs, fusion, fusions, heads } = schema.properties ?? {};
  const each = (section: SectionName) => (map: JsonSchema) => ({
    ...map,
    additionalProperties: mapSchema(map.additionalProperties, (part) => withOptions(part, section, plugins)),
  });
  return {
    ...schema,
    title: 'Sensorium manifest',
    if: { required: ['extends'] },
    else: { required, properties: wholeParts(plugins) },
    properties: {
      ...schema.properties,
      inputs: mapSchema(inputs, each('inputs')),
      fusion: mapSchema(fusion, (part) => withOptions(part, 'fusion', plugins)),
      fusions: mapSchema(fusions, each('fusions')),
      heads: mapSchema(heads, each('heads')),
    },
    definitions: Object.assign({}, ...[schema, ...plugins.map(optionsOf)].map(definitionsIn)) as JsonSchema,
  };
}

const definitionsIn = ({ definitions }: JsonSchema): JsonSchema => (isSchema(definitions) ? definitions : {});

/** What a plugin's options are, with the names of what they define in the manifest's schema. */
function optionsOf({ kind, name, options }: Plugin): JsonSchema {
  const prefix = `${kind}-${name}-`;
  const own = JSON.stringify(toJsonSchema(options, target));
  const renamed = JSON.parse(own.replaceAll('"#/definitions/', `"#/definitions/${prefix}`)) as JsonSchema;
  const definitions = Object.entries(definitionsIn(renamed)).map(([key, schema]) => [prefix + key, schema] as const);
  return { ...renamed, definitions: Object.fromEntries(definitions) };
}

/** What every part of a manifest has that extends no other one. */
function wholeParts(plugins: readonly Plugin[]): Record<string, JsonSchema> {
  const each = (section: SectionName): JsonSchema => ({
    minProperties: 1,
    additionalProperties: wholePart(section, plugins),
  });
  return {
    inputs: each('inputs'),
    fusion: wholePart('fusion', plugins),
    fusions: each('fusions'),
    heads: each('heads'),
  };
}

/** A long form names its plugin, and gives the options that have no default. */
function wholePart(section: SectionName, plugins: readonly Plugin[]): JsonSchema {
  const { kind, plugin: key } = forms[section];
  const demanding = plugins
    .filter((plugin) => plugin.kind === kind)
    .flatMap((plugin) => {
      const { required = [] } = optionsOf(plugin);
      // A tied input has the options of another.
      const own = { ...names(plugin, key), not: { required: ['tied'] } };
      return required.length > 0 ? [{ if: own, then: { required } }] : [];
    });
  const whole = { required: [key], ...(demanding.length > 0 && { allOf: demanding }) };
  return { if: { type: 'object' }, then: whole };
}

type MaybeSchema = JsonSchema | boolean | undefined;

const mapSchema = (schema: MaybeSchema, map: (schema: JsonSchema) => JsonSchema): JsonSchema | boolean =>
  isSchema(schema) ? map(schema) : (schema ?? true);

/** Both forms of a part: the short one with the plugins' names as examples, the long one with their options. */
function withOptions(part: JsonSchema, section: SectionName, plugins: readonly Plugin[]): JsonSchema {
  const { kind, plugin: key, keys } = forms[section];
  const known = plugins.filter((plugin) => plugin.kind === kind);
  const examples = known.map(({ name }) => name);
  const written = (part.anyOf ?? []).filter(isSchema).map(({ required: _, ...form }): JsonSchema => {
    if (form.type !== 'object') return { ...form, examples };
    const name = mapSchema(form.properties?.[key], (schema) => ({ ...schema, examples }));
    return {
      ...form,
      properties: { ...form.properties, [key]: name },
      ...(known.length > 0 && { allOf: known.map((plugin) => onlyOptionsOf(plugin, key, keys)) }),
    };
  });
  return { ...part, anyOf: written };
}

/** Where the plugin is named, its options and the manifest's own keys are all there may be. */
function onlyOptionsOf(plugin: Plugin, key: string, keys: readonly string[]): JsonSchema {
  const own = Object.fromEntries(keys.map((own) => [own, true]));
  const { properties } = optionsOf(plugin);
  return {
    if: names(plugin, key),
    then: { properties: { ...properties, ...own }, additionalProperties: false },
  };
}

/** Holds for a long form that names the plugin. */
const names = ({ kind, name }: Plugin, key: string): JsonSchema => ({
  required: [key],
  properties: { [key]: { enum: [name, ...packageNames(kind, name)] } },
});
