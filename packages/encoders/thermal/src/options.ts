import { z } from 'zod';

export const options = z.strictObject({
  scale: z.number().positive().default(1).describe('degrees of one unit of the file'),
  offset: z.number().default(0).describe('degrees of 0 in the file: degrees = scale · value + offset'),
  range: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe(
      'degrees that the network sees as −1 and 1; by default the 1st and 99th percentile of the training table',
    ),
  size: z
    .enum(['tiny', 'small', 'base'])
    .default('small')
    .describe('how large the network is: dim, channels and depth'),
  pixels: z.int().min(8).max(1024).default(64).describe('height and width of what the network sees'),
  fit: z
    .enum(['contain', 'squeeze', 'cover'])
    .default('contain')
    .describe('how an image becomes a square: with nothing around it, distorted, or cut'),
  dim: z.int().positive().optional().describe('width of a token; by default 64, 128 or 256, by size'),
  channels: z
    .int()
    .positive()
    .optional()
    .describe('channels of the first stage; each stage doubles them, up to dim; by default 8, 16 or 32, by size'),
  depth: z.int().positive().optional().describe('convolutions at the last resolution; by default 1, 1 or 2, by size'),
  augment: z
    .strictObject({
      crop: z
        .number()
        .min(0)
        .max(0.5)
        .default(0)
        .describe('largest shift in each direction, as a share of the side; what is uncovered repeats the edge'),
      flip: z.boolean().default(false).describe('mirror left and right, half of the time'),
      drift: z
        .number()
        .min(0)
        .default(0)
        .describe('largest change of all degrees together, as that of a sensor which warms up'),
    })
    .prefault({})
    .describe('random changes of the training images'),
});

export type ThermalOptions = z.output<typeof options>;

/** Options of which nothing is left to the training table. */
export type LearnedOptions = ThermalOptions & Required<Pick<ThermalOptions, 'range'>>;
