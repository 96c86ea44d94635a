import { z } from 'zod';

/** One option as its schema describes it. Options of options have a path: `augment.crop`. */
export interface Option {
  readonly path: string;
  readonly description: string | undefined;
  /** undefined where there is none */
  readonly default: unknown;
  readonly required: boolean;
  /** Whether it is an object of further options, which follow in the list. */
  readonly group: boolean;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

const toJsonSchema = (schema: z.ZodObject): JsonSchema => z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

export const listOptions = (schema: z.ZodObject): Option[] => optionsOf(toJsonSchema(schema), '');

function optionsOf({ properties = {}, required = [] }: JsonSchema, prefix: string): Option[] {
  return Object.entries(properties).flatMap(([key, option]) => {
    const path = prefix + key;
    const own: Option = {
      path,
      description: option.description,
      default: option.default,
      required: required.includes(key),
      group: option.properties !== undefined,
    };
    return [own, ...optionsOf(option, `${path}.`)];
  });
}

/** Paths of objects that take keys which they do not know; '' for the options themselves. */
export const looseObjects = (schema: z.ZodObject): string[] => looseIn(toJsonSchema(schema), '');

function looseIn({ properties, additionalProperties }: JsonSchema, path: string): string[] {
  if (!properties) return [];
  const inner = Object.entries(properties).flatMap(([key, option]) => looseIn(option, path ? `${path}.${key}` : key));
  return additionalProperties === false ? inner : [path, ...inner];
}
