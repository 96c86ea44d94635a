import { z } from 'zod';
import { augmentation } from './augment.js';

const moments = (schema: z.ZodNumber) => z.array(schema).min(1).optional();

export const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of a token'),
  channels: z.int().positive().default(32).describe('channels of the first stage; each stage doubles them, up to dim'),
  depth: z
    .int()
    .min(0)
    .default(2)
    .describe('convolutions at the last resolution, each seeing twice as far as the one before'),
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
  deviation: moments(z.number().positive()).describe('of each channel; by default that of the training table'),
});

export type MotionOptions = z.output<typeof options>;

const learned = ['rate', 'seconds', 'longest', 'names', 'mean', 'deviation'] as const;

/** Options of which nothing is left to the training table. */
export type LearnedOptions = MotionOptions & Required<Pick<MotionOptions, (typeof learned)[number]>>;

export const isLearned = (given: MotionOptions): given is LearnedOptions =>
  learned.every((name) => given[name] !== undefined);
