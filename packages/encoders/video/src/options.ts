import { z } from 'zod';

export const options = z.strictObject({
  frames: z
    .int()
    .min(1)
    .max(256)
    .default(8)
    .describe('frames that the network sees; a shorter film has fewer, the rest is masked'),
  rate: z
    .number()
    .min(0)
    .default(0)
    .describe('frames a second, from the middle of the film; 0: evenly over all of it, however long it is'),
  size: z
    .enum(['tiny', 'small', 'base'])
    .default('small')
    .describe('how large the network is: dim, channels, depth, layers'),
  pixels: z.int().min(8).max(512).default(64).describe('height and width of a frame as the network sees it'),
  fit: z
    .enum(['contain', 'squeeze', 'cover'])
    .default('cover')
    .describe('how a frame becomes a square: with bars, distorted, or cut'),
  dim: z
    .int()
    .positive()
    .multipleOf(4)
    .optional()
    .describe('width of a token, a multiple of 4; by default 64, 128 or 256, by size'),
  channels: z
    .int()
    .positive()
    .optional()
    .describe('channels of the first stage; each stage doubles them, up to dim; by default 8, 16 or 32, by size'),
  depth: z.int().positive().optional().describe('convolutions at the last resolution; by default 1, 1 or 2, by size'),
  layers: z.int().positive().optional().describe('transformer layers over time; by default 1, 2 or 4, by size'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in those layers in training'),
  augment: z
    .strictObject({
      time: z
        .number()
        .min(0)
        .max(0.9)
        .default(0)
        .describe('largest share of the time that is cut off, at the beginning, the end, or both'),
      crop: z
        .number()
        .min(0)
        .max(0.5)
        .default(0)
        .describe(
          'largest shift in each direction, as a share of the side, the same in all frames; the edge is repeated',
        ),
      flip: z.boolean().default(false).describe('mirror left and right, all frames or none, half of the time'),
    })
    .prefault({})
    .describe('random changes of the training films'),
});

export type VideoOptions = z.output<typeof options>;
