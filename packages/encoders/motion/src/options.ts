import { z } from 'zod';
import { augmentation } from './augment.js';

/** Widths and depths that belong together. */
const sizes = {
  tiny: { dim: 64, channels: 16, depth: 1, heads: 4, features: 1008 },
  small: { dim: 128, channels: 32, depth: 2, heads: 4, features: 5040 },
  base: { dim: 256, channels: 64, depth: 4, heads: 8, features: 9996 },
} as const;

const bySize = 'by default that of the size: ';
const moments = (schema: z.ZodNumber) => z.array(schema).min(1).optional();

export const options = z.strictObject({
  network: z
    .enum(['convolutions', 'patches', 'rocket'])
    .default('convolutions')
    .describe(
      'what reads a window: convolutions over time; patches of 8 rows and transformer blocks, as in ImageBind; or the fixed kernels of MiniRocket, for few series',
    ),
  size: z
    .enum(['tiny', 'small', 'base'])
    .default('small')
    .describe('widths and depths that belong together; a single number given wins'),
  dim: z.int().positive().optional().describe(`width of a token; ${bySize}64, 128 or 256`),
  channels: z
    .int()
    .positive()
    .optional()
    .describe(`channels of the first stage of convolutions; each doubles them, up to dim; ${bySize}16, 32 or 64`),
  depth: z
    .int()
    .min(0)
    .optional()
    .describe(
      `convolutions at the last resolution, each seeing twice as far as the one before, or transformer blocks; ${bySize}1, 2 or 4`,
    ),
  heads: z.int().positive().optional().describe(`attention heads of the blocks, which divide dim; ${bySize}4, 4 or 8`),
  features: z
    .int()
    .min(84)
    .optional()
    .describe(`features of the fixed kernels, of which there are 84; ${bySize}1008, 5040 or 9996`),
  gravity: z
    .enum(['keep', 'remove'])
    .default('keep')
    .describe('whether accelerations, the axes with "acc" in their names, lose what is slower than 0.3 Hz'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
  rate: z.number().positive().optional().describe('rows a second; by default the usual rate of the training table'),
  seconds: z
    .number()
    .positive()
    .optional()
    .describe('length of a window; by default 90 % of the training series fit into one, which has at most 512 rows'),
  windows: z
    .int()
    .positive()
    .default(1)
    .describe('windows of a series that are read; one: its middle, and in training a part by chance'),
  longest: z
    .number()
    .positive()
    .optional()
    .describe(
      'seconds of a series that are kept, from its middle; by default the longest of the training table, at most 8192 rows',
    ),
  augment: augmentation.prefault({}).describe('random changes of the training series'),
  names: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('the channels that are read; by default those of the first series of the training table'),
  mean: moments(z.number()).describe('of each channel; by default that of the training table'),
  deviation: moments(z.number().positive()).describe(
    'of each channel; by default that of the training table, of axes that belong together the same',
  ),
  biases: z
    .array(z.number())
    .optional()
    .describe('of the features of the fixed kernels; by default quantiles of what they make of training series'),
});

export type MotionOptions = z.output<typeof options>;

const learned = ['rate', 'seconds', 'longest', 'names', 'mean', 'deviation'] as const;

/** Options of which nothing is left to the training table. */
export type LearnedOptions = MotionOptions & Required<Pick<MotionOptions, (typeof learned)[number]>>;

export const isLearned = (given: MotionOptions): given is LearnedOptions =>
  [...learned, ...(given.network === 'rocket' ? (['biases'] as const) : [])].every((name) => given[name] !== undefined);

/** The widths and depths of a network. */
export const networkOf = ({ size, dim, channels, depth, heads, features }: MotionOptions) => ({
  dim: dim ?? sizes[size].dim,
  channels: channels ?? sizes[size].channels,
  depth: depth ?? sizes[size].depth,
  heads: heads ?? sizes[size].heads,
  features: features ?? sizes[size].features,
});

/** Rows that are kept of a series, and those of a window. */
export function rowsOf({ longest, seconds, rate }: LearnedOptions): { readonly kept: number; readonly window: number } {
  const count = (time: number): number => Math.max(1, Math.round(time * rate));
  return { kept: count(longest), window: Math.min(count(seconds), count(longest)) };
}
