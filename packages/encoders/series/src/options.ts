import { z } from 'zod';

/** Widths and depths that belong together. */
const sizes = {
  tiny: { dim: 32, depth: 1, heads: 4 },
  small: { dim: 64, depth: 2, heads: 4 },
  base: { dim: 128, depth: 4, heads: 8 },
} as const;

const bySize = 'by default that of the size: ';
const moments = (schema: z.ZodNumber) => z.array(schema).min(1).optional();

const augmentation = z.strictObject({
  noise: z.number().min(0).max(2).default(0).describe('deviation of noise, as a share of each channel’s own'),
  gaps: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe('largest share of values that are taken away, another one for each sample'),
  crop: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe('largest share of rows that are cut off at the beginning of a series'),
});

export const options = z.strictObject({
  size: z
    .enum(['tiny', 'small', 'base'])
    .default('small')
    .describe('widths and depths that belong together; a single number given wins'),
  dim: z.int().positive().optional().describe(`width of a token; ${bySize}32, 64 or 128`),
  depth: z.int().min(0).optional().describe(`transformer blocks; ${bySize}1, 2 or 4`),
  heads: z.int().positive().optional().describe(`attention heads, which divide dim; ${bySize}4, 4 or 8`),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
  impute: z
    .enum(['last', 'linear', 'mean'])
    .default('last')
    .describe(
      'what stands in a gap: the last value before it, what lies on a line between its neighbours in time, or the channel’s mean',
    ),
  patch: z
    .int()
    .positive()
    .optional()
    .describe('rows that make a token; by default so many that the longest series has at most 64 tokens'),
  longest: z
    .int()
    .positive()
    .optional()
    .describe('rows that are read, the last ones; by default the longest of the training table, at most 4096'),
  spacing: z
    .number()
    .positive()
    .optional()
    .describe('seconds between two rows, the unit of time; by default the usual ones of the training table'),
  augment: augmentation.prefault({}).describe('random changes of the training series'),
  names: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('the channels that are read; by default those of the first series of the training table'),
  mean: moments(z.number()).describe('of each channel, without gaps; by default that of the training table'),
  deviation: moments(z.number().positive()).describe('of each channel; by default that of the training table'),
});

export type SeriesOptions = z.output<typeof options>;

const learned = ['patch', 'longest', 'spacing', 'names', 'mean', 'deviation'] as const;

/** Options of which nothing is left to the training table. */
export type LearnedOptions = SeriesOptions & Required<Pick<SeriesOptions, (typeof learned)[number]>>;

export const isLearned = (given: SeriesOptions): given is LearnedOptions =>
  learned.every((name) => given[name] !== undefined);

/** The widths and depths of a network. */
export const networkOf = ({ size, dim, depth, heads }: SeriesOptions) => ({
  dim: dim ?? sizes[size].dim,
  depth: depth ?? sizes[size].depth,
  heads: heads ?? sizes[size].heads,
});
