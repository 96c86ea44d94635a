import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PluginKind } from '@sensorium/contracts';

/** Of JSON Schema what `@sensorium/contracts/manifest.schema.json` uses, as far as it says what may be written where. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema | true>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  /** The options of each plugin, behind a condition that names it. */
  readonly allOf?: readonly { readonly if: Schema; readonly then: Schema }[];
  readonly enum?: readonly unknown[];
}

/** A place of a manifest, and what stands there. */
export interface Spot {
  readonly schema: Schema;
  /** Undefined where the manifest has nothing there, or cannot be read. */
  readonly written: unknown;
  readonly path: readonly string[];
}

/** From the package's file, and not from its code, which takes longer to load than a completion may. */
export async function manifestSchema(): Promise<Schema> {
  const file = createRequire(import.meta.url).resolve('@sensorium/contracts/manifest.schema.json');
  return JSON.parse(await readFile(file, 'utf8')) as Schema;
}

const kinds: Readonly<Record<string, PluginKind>> = {
  inputs: 'encoder',
  fusion: 'fusion',
  fusions: 'fusion',
  heads: 'head',
};

/** The kind of plugin that a place names: `inputs.image`, `inputs.image.encoder`, `fusion`, `heads.answer.use`. */
export function pluginKindAt([section = '', ...rest]: readonly string[]): PluginKind | undefined {
  const kind = kinds[section];
  const inside = section === 'fusion' ? rest : rest.slice(1);
  const isPart = section === 'fusion' || rest.length > 0;
  const names = kind === 'encoder' ? 'encoder' : 'use';
  return isPart && (inside.length === 0 || (inside.length === 1 && inside[0] === names)) ? kind : undefined;
}

/** Everything that may stand at a place: each form of it, with the options of the plugin that the manifest names there. */
function formsOf({ schema, written }: Spot): Schema[] {
  const forms = [schema, ...(schema.anyOf ?? []).flatMap((form) => formsOf({ schema: form, written, path: [] }))];
  const options = (schema.allOf ?? []).filter(({ if: condition }) => holds(condition, written));
  return [...forms, ...options.map(({ then }) => then)];
}

/** Whether the long form, or the short form, of a part names one of the condition's plugins. */
const holds = ({ properties = {} }: Schema, written: unknown): boolean =>
  Object.entries(properties).some(([key, names]) => {
    const named = typeof written === 'string' ? written : valueAt(written, key);
    return names !== true && (names.enum ?? []).includes(named);
  });

const valueAt = (written: unknown, key: string): unknown =>
  typeof written === 'object' && written !== null && Object.hasOwn(written, key)
    ? (written as Readonly<Record<string, unknown>>)[key]
    : undefined;

const keysOf = (written: unknown): string[] =>
  typeof written === 'object' && written !== null && !Array.isArray(written) ? Object.keys(written) : [];

/** The places below one, by their keys: those of the schema, and where names are free those of the manifest. */
export function below(spot: Spot): ReadonlyMap<string, Spot> {
  const found = new Map<string, Spot>();
  for (const { properties = {}, additionalProperties } of formsOf(spot)) {
    const open =
      typeof additionalProperties === 'object'
        ? keysOf(spot.written).map((key) => [key, additionalProperties] as const)
        : [];
    for (const [key, schema] of [...Object.entries(properties), ...open]) {
      if (schema === true || found.has(key)) continue;
      found.set(key, { schema, written: valueAt(spot.written, key), path: [...spot.path, key] });
    }
  }
  return found;
}

/** What may be written at a place as it is: `adamw`, `true`. */
export const valuesAt = (spot: Spot): string[] =>
  formsOf(spot).flatMap(({ type, enum: values = type === 'boolean' ? [true, false] : [] }) => values.map(String));

/** Whether something without keys may stand there. */
export const takesValue = (spot: Spot): boolean =>
  formsOf(spot).some(({ type, anyOf }) => type !== undefined && type !== 'object' && !anyOf);
