import { z } from 'zod';
import { augmentation } from './augment.js';

/** Widths and depths by the option `size`. */
const sizes = {
  tiny: { dim: 64, channels: 8, depth: 3 },
  small: { dim: 128, channels: 16, depth: 4 },
  base: { dim: 256, channels: 32, depth: 4 },
} as const;

const count = () => z.int().positive().optional();

export const options = z.strictObject({
  size: z
    .enum(['tiny', 'small', 'base'])
    .default('small')
    .describe('how large the network is: dim, channels and depth'),
  dim: count().describe('width of a token; by default 64, 128 or 256, by size'),
  channels: count().describe('channels of the first block, each block doubles them, up to dim; by default 8, 16 or 32'),
  depth: z
    .int()
    .min(2)
    .max(4)
    .optional()
    .describe('convolution blocks, each halving time and pitch; by default 3, 4 or 4'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
  mel: z
    .enum(['default', 'ast', 'imagebind', 'whisper'])
    .default('default')
    .describe('how sound becomes a spectrogram: see the table'),
  rate: z
    .number()
    .min(1000)
    .max(192000)
    .optional()
    .describe('samples a second (Hz); by default that of mel, or the usual one of the training table, at most 16000'),
  seconds: z
    .number()
    .positive()
    .optional()
    .describe('length of a window; by default that of mel, or 95 % of the training sounds fit into one, at most 2'),
  windows: z
    .int()
    .positive()
    .optional()
    .describe(
      'windows of a sound that are read; by default 1 where 95 % fit into one, otherwise as many as the longest fills, at most 3',
    ),
  longest: z
    .number()
    .positive()
    .optional()
    .describe(
      'seconds of a sound that are kept, from its middle; by default the longest of the training table, at most 60',
    ),
  augment: augmentation.prefault({}).describe('random changes of the training sounds'),
});

export type AudioOptions = z.output<typeof options>;

const learned = ['rate', 'seconds', 'windows', 'longest'] as const;

/** Options of which nothing is left to the training table. */
export type LearnedOptions = AudioOptions & Required<Pick<AudioOptions, (typeof learned)[number]>>;

export const isLearned = (given: AudioOptions): given is LearnedOptions =>
  learned.every((name) => given[name] !== undefined);

export interface Widths {
  readonly dim: number;
  readonly channels: number;
  readonly depth: number;
}

/** The size's, but for what is given. */
export function widthsOf({ size, dim, channels, depth }: AudioOptions): Widths {
  const preset = sizes[size];
  return { dim: dim ?? preset.dim, channels: channels ?? preset.channels, depth: depth ?? preset.depth };
}
