import { z } from 'zod';

const side = z.int().positive().max(4096);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const perChannel = (schema: z.ZodNumber) => z.union([schema, z.array(schema).length(3)]);

export const options = z.strictObject({
  file: z.string().min(1).describe('the ONNX file, relative to the manifest'),
  output: z
    .string()
    .optional()
    .describe(
      'the tensor that holds the features, by its name in the file; any tensor inside may be named; by default the last output of floating-point numbers',
    ),
  size: z
    .union([side, z.array(side).length(2)])
    .optional()
    .describe('height and width in pixels, one number for both or a list of two; by default what the file says'),
  shapes: z
    .record(z.string(), z.array(z.union([z.literal('batch'), z.int().positive()])).min(1))
    .optional()
    .describe(
      'shapes of tensors inside, where neither the file nor the operators before tell them, such as { grid: [batch, 64, 7, 7] }; they are float32 unless the file says otherwise',
    ),
  layout: z
    .enum(['NCHW', 'NHWC'])
    .optional()
    .describe('whether channels come first or last in the file; by default where its input has three'),
  scale: z
    .number()
    .positive()
    .optional()
    .describe('what a full channel is to the model, before mean and std: 1 or 255, as a rule; by default 1'),
  mean: perChannel(z.number())
    .default(0)
    .describe('is subtracted from the pixels, in terms of scale; one number, or red, green, blue'),
  std: perChannel(z.number().positive())
    .default(1)
    .describe('what the pixels are divided by then; one number, or red, green, blue'),
  fit: z
    .enum(['contain', 'squeeze', 'cover'])
    .default('contain')
    .describe('how a picture gets the proportions of the size: with bars, distorted, or cut'),
  dim: z
    .int()
    .positive()
    .optional()
    .describe('width of a token, by a linear projection that is learned; by default the width of the features'),
  sha256: sha256
    .optional()
    .describe('SHA-256 of the file, which training writes down; a file with another one is refused'),
  externalData: z
    .record(z.string(), sha256)
    .optional()
    .describe('SHA-256 of each file beside it in which it keeps weights, by its name there; training writes them down'),
});

export type OnnxOptions = z.output<typeof options>;

/** [height, width] */
export type Size = readonly [number, number];

/** Options of which nothing is left to the file. */
export interface LearnedOptions extends OnnxOptions {
  readonly output: string;
  readonly size: [number, number];
  readonly layout: 'NCHW' | 'NHWC';
}

export const isLearned = (given: OnnxOptions): given is LearnedOptions =>
  given.output !== undefined && Array.isArray(given.size) && given.layout !== undefined;
