import { z } from 'zod';
import { own } from '../own.js';
import type { Path } from './located.js';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What a zod schema accepts, defaults not yet filled. Also for schemas of another copy of zod. */
export const toJsonSchema = (schema: z.ZodType, target: 'draft-7' | 'draft-2020-12' = 'draft-2020-12'): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target });

export const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

function schemaOfChild(schema: JsonSchema, step: string | number): JsonSchema | undefined {
  const candidates =
    typeof step === 'number'
      ? [schema.prefixItems?.[step], schema.items]
      : [own(schema.properties ?? {}, step), schema.additionalProperties];
  const child = candidates.find(isSchema);
  if (child) return child;
  return schema.anyOf?.map((choice) => isSchema(choice) && schemaOfChild(choice, step)).find(isSchema);
}

/** The schema of what stands at a path. */
export function schemaAt(schema: JsonSchema, path: Path): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((parent, step) => parent && schemaOfChild(parent, step), schema);
}

/** The keys that a map may have, if they are fixed. */
export function knownKeys(schema: JsonSchema | undefined): string[] {
  if (!schema) return [];
  const own = Object.keys(schema.properties ?? {});
  return [...own, ...(schema.anyOf ?? []).filter(isSchema).flatMap(knownKeys)];
}

const choices = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(' or ');

function bounds(schema: JsonSchema): string {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum } = schema;
  // A whole number is bounded by what a double can hold; that is not worth a word.
  const least = minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const most = maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  const words = [
    exclusiveMinimum === undefined ? '' : `greater than ${exclusiveMinimum}`,
    least === undefined ? '' : `of at least ${least}`,
    exclusiveMaximum === undefined ? '' : `less than ${exclusiveMaximum}`,
    most === undefined ? '' : `of at most ${most}`,
  ].filter(Boolean);
  return words.length > 0 ? ` ${words.join(' and ')}` : '';
}

function list({ items, prefixItems, minItems = 0, maxItems }: JsonSchema): string {
  const each = isSchema(items) ? items : prefixItems?.find(isSchema);
  const size = minItems === maxItems ? ` of ${minItems}` : minItems > 1 ? ` of at least ${minItems}` : '';
  return `a ${minItems === 1 && size === '' ? 'non-empty ' : ''}list${size}${each ? ` (each item: ${describeSchema(each)})` : ''}`;
}

/** What a schema accepts, in plain words: `a whole number greater than 0`, `"adamw" or "sgd"`. */
export function describeSchema(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return choices(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.anyOf) return choices([...new Set(schema.anyOf.filter(isSchema).map(describeSchema))]);
  switch (schema.type) {
    case 'integer':
      return `a whole number${bounds(schema)}`;
    case 'number':
      return `a number${bounds(schema)}`;
    case 'string':
      return schema.minLength ? 'text that is not empty' : 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return list(schema);
    case 'object':
      return isSchema(schema.additionalProperties) && Object.keys(schema.additionalProperties).length > 0
        ? `a map (each value: ${describeSchema(schema.additionalProperties)})`
        : 'a map';
    case 'null':
      return 'null';
    default:
      return 'another value';
  }
}
