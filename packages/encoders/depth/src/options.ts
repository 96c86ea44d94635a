import { z } from 'zod';
import { encodingSchema } from './encodings.js';

export const options = z.strictObject({
  encoding: encodingSchema
    .optional()
    .describe(
      'what the numbers mean: a sensor’s or data set’s, or { scale } in metres; by default millimetres of whole numbers, metres of floats',
    ),
  as: z
    .enum(['inverse', 'metres', 'disparity'])
    .default('inverse')
    .describe('what the network sees: 1 / metres, metres, or baseline · fx / metres'),
  fx: z.number().positive().optional().describe('focal length in pixels of the file, for disparity'),
  baseline: z
    .number()
    .positive()
    .optional()
    .describe('distance of the sensor’s eyes in metres, for disparity; by default 0.075 (Kinect), 0.095 of realsense'),
  near: z.number().positive().default(0.01).describe('metres; what is nearer counts as so near'),
  far: z
    .number()
    .positive()
    .optional()
    .describe('metres; what is farther counts as so far; by default as published: 8 of sun, 10 of nyu, else any'),
  size: z
    .enum(['tiny', 'small', 'base'])
    .default('small')
    .describe('how large the network is: dim, channels and depth'),
  pixels: z.int().min(8).max(1024).default(64).describe('height and width of what the network sees'),
  fit: z
    .enum(['contain', 'squeeze', 'cover'])
    .default('contain')
    .describe('how a map becomes a square: with holes around it, distorted, or cut'),
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
      holes: z.number().min(0).max(1).default(0).describe('how often a random rectangle becomes a hole'),
    })
    .prefault({})
    .describe('random changes of the training maps'),
  mean: z.number().optional().describe('of what the network sees; by default that of the training table'),
  deviation: z
    .number()
    .positive()
    .optional()
    .describe('of what the network sees; by default that of the training table'),
});

export type DepthOptions = z.output<typeof options>;

/** Options of which nothing is left to the training table. */
export type LearnedOptions = DepthOptions & Required<Pick<DepthOptions, 'mean' | 'deviation'>>;

export const isLearned = (given: DepthOptions): given is LearnedOptions =>
  given.mean !== undefined && given.deviation !== undefined;
