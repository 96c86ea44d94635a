import { z } from 'zod';

export const kinds = ['number', 'date', 'boolean', 'category', 'text'] as const;

/** What the cells of a column mean. */
export type Kind = (typeof kinds)[number];

/** Widths and depths of a size. */
const sizes = {
  tiny: { embedding: 8, width: 64, depth: 2, dim: 32, ensemble: 8, bins: 16 },
  small: { embedding: 16, width: 256, depth: 3, dim: 128, ensemble: 32, bins: 48 },
  base: { embedding: 32, width: 512, depth: 3, dim: 256, ensemble: 32, bins: 64 },
} as const;

const name = z.string();
const edges = z.array(z.number()).min(2);

/** A column as it is read: what of it the training table told. */
const columnSchema = z.discriminatedUnion('kind', [
  z.strictObject({ name, kind: z.literal('number'), edges }),
  z.strictObject({ name, kind: z.literal('date'), edges }),
  z.strictObject({ name, kind: z.literal('boolean') }),
  z.strictObject({ name, kind: z.literal('category'), categories: z.array(z.string()) }),
  z.strictObject({ name, kind: z.literal('text') }),
]);

export type ColumnOptions = z.output<typeof columnSchema>;

const number = z.int().positive().optional();

export const options = z.strictObject({
  size: z
    .enum(['tiny', 'small', 'base'])
    .default('small')
    .describe('widths and depths of the network; each of those below that is given wins'),
  embedding: number.describe('width of what a column becomes: 8, 16, 32 by size'),
  width: number.describe('width of the hidden layers: 64, 256, 512 by size'),
  depth: number.describe('hidden layers: 2, 3, 3 by size'),
  dim: number.describe('width of tokens and of the pooled vector: 32, 128, 256 by size'),
  ensemble: number.describe('members of the ensemble, 1: a single network: 8, 32, 32 by size'),
  bins: number.describe('most bins of a column of numbers or dates: 16, 48, 64 by size'),
  dropout: z.number().min(0).max(0.9).default(0.1).describe('share of hidden values dropped in training'),
  kinds: z
    .record(z.string(), z.enum(kinds))
    .default({})
    .describe('what columns hold, by their names, where the training table would tell otherwise: `zip: category`'),
  maxCategories: z
    .int()
    .positive()
    .default(1000)
    .describe('most categories of a column; the rarest are read as unknown'),
  minCount: z
    .int()
    .positive()
    .default(2)
    .describe('how often a category must stand in training to be known; of the others the unknown is learned'),
  buckets: z
    .int()
    .positive()
    .default(2048)
    .describe('vectors that words of texts and their parts of three letters share, by their hash'),
  pieces: number.describe(
    'words and parts of words of a text that are read; by default those of the longest one, at most 64',
  ),
  cells: z
    .array(columnSchema)
    .min(1)
    .optional()
    .describe('the columns that are read, with their bins and categories; by default those of the training table'),
});

export type TableOptions = z.output<typeof options>;

/** Every number that the size stands for. */
export type Dimensions = Record<keyof (typeof sizes)['small'], number>;

export function dimensionsOf(given: TableOptions): Dimensions {
  const preset = sizes[given.size];
  const own = (key: keyof Dimensions): number => given[key] ?? preset[key];
  return {
    embedding: own('embedding'),
    width: own('width'),
    depth: own('depth'),
    dim: own('dim'),
    ensemble: own('ensemble'),
    bins: own('bins'),
  };
}
