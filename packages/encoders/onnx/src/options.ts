import { z } from 'zod';

const side = z.int().positive().max(4096);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const name = z.string().min(1);
const factors = (schema: z.ZodNumber) => z.union([schema, z.array(schema).min(1)]);

/** Of one file: the options themselves, and each entry of `then`. */
const stage = {
  file: z.string().min(1).describe('the ONNX file, relative to the manifest'),
  output: z
    .string()
    .optional()
    .describe(
      'the tensor that holds the features, by its name in the file; any tensor inside may be named; by default the last output of floating-point numbers that is no state',
    ),
  inputs: z
    .record(name, z.union([name, z.number()]))
    .optional()
    .describe(
      'what the inputs of the file are given, by their names: one of what the modality has, or a number, such as { sr: 16000 }',
    ),
  states: z
    .record(name, name)
    .optional()
    .describe(
      'inputs that are fed what an output gave for the window before, and zeros for the first one, such as { state: stateN }',
    ),
  shapes: z
    .record(z.string(), z.array(z.union([z.literal('batch'), z.int().positive()])).min(1))
    .optional()
    .describe(
      'shapes of tensors inside, where neither the file nor the operators before tell them, such as { grid: [batch, 64, 7, 7] }; they are float32 unless the file says otherwise',
    ),
  window: z
    .int()
    .positive()
    .optional()
    .describe('samples, rows or frames that the file sees at once; by default all, or what the file says'),
  hop: z.int().positive().optional().describe('from one window to the next; by default the window'),
  alone: z
    .boolean()
    .optional()
    .describe(
      'whether the file is run for one sample or window at a time, because it would mix several; training finds it out',
    ),
  sha256: sha256
    .optional()
    .describe('SHA-256 of the file, which training writes down; a file with another one is refused'),
  externalData: z
    .record(z.string(), sha256)
    .optional()
    .describe('SHA-256 of each file beside it in which it keeps weights, by its name there; training writes them down'),
};

const nextStage = z.strictObject({
  ...stage,
  scale: z.number().default(1),
  mean: z.number().default(0),
  std: z.number().positive().default(1),
});

const all = z.strictObject({
  ...stage,
  modality: z
    .enum(['image', 'audio', 'text', 'bytes', 'series', 'table'])
    .default('image')
    .describe('of which kind the values are'),
  size: z
    .union([side, z.array(side).length(2)])
    .optional()
    .describe(
      'of pictures: height and width in pixels, one number for both or a list of two; by default what the file says',
    ),
  layout: z
    .enum(['NCHW', 'NHWC', 'NCT', 'NTC'])
    .optional()
    .describe(
      'whether channels come first or last in the file: NCHW or NHWC of pictures, by default where its input has three; NCT or NTC of series, by default the last',
    ),
  channels: z
    .enum(['rgb', 'bgr', 'grey'])
    .optional()
    .describe('of pictures: their colours, in the order of the file; by default grey where its input has one channel'),
  resize: side
    .optional()
    .describe(
      'of pictures: the shorter side is brought to so many pixels first, and `size` is cut out of the middle, in place of `fit`',
    ),
  fit: z
    .enum(['contain', 'squeeze', 'cover'])
    .default('contain')
    .describe('how a picture gets the proportions of the size: with bars, distorted, or cut'),
  rate: z.int().positive().optional().describe('of sound: samples a second that the file expects'),
  seconds: z
    .number()
    .positive()
    .optional()
    .describe('of sound: how much of it is heard, from its beginning; by default the longest of the table, up to 30'),
  silence: z
    .number()
    .nonnegative()
    .default(0)
    .describe('of sound: so many seconds of silence stand before it and behind, for windows that are longer than it'),
  tokenizer: z.string().min(1).optional().describe('of texts: the file tokenizer.json, relative to the manifest'),
  tokenizerJson: z
    .record(z.string(), z.json())
    .optional()
    .describe('what stands in it; training writes it down, so that a finished model needs no file'),
  length: z
    .int()
    .positive()
    .optional()
    .describe(
      'tokens of a text or rows of a series that are read; by default what the file says, or the longest of the table, up to 512 tokens or 4,096 rows',
    ),
  first: z.int().nonnegative().default(1024).describe('of bytes: how many are read from the beginning of a file'),
  last: z.int().nonnegative().default(1024).describe('of bytes: how many are read from its end, after them'),
  columns: z
    .array(name)
    .min(1)
    .optional()
    .describe('of tables and series: the columns, in the order of the file; by default as they stand there'),
  categories: z
    .record(name, z.array(z.string()).min(1))
    .optional()
    .describe('of tables: columns of words, each of which is the number of its place in the list'),
  fill: z
    .number()
    .optional()
    .describe(
      'what stands where there is nothing: in place of empty cells, gaps, and bytes that a file is short of (by default 256); without it an empty cell or gap is an error',
    ),
  scale: z
    .number()
    .optional()
    .describe(
      'what a full channel of a picture or a full sample of sound is to the model, before mean and std: 1, 255 or 32768, as a rule; numbers of tables and series are multiplied by it; by default 1',
    ),
  mean: factors(z.number()).default(0).describe('is subtracted then; one number, or one for each channel or column'),
  std: factors(z.number().positive())
    .default(1)
    .describe('what they are divided by then; one number, or one for each channel or column'),
  then: z
    .array(nextStage)
    .default([])
    .describe(
      'files that go on with what the one before gave, (x · scale − mean) / std, each with its own options file to externalData, in windows of positions',
    ),
  pool: z
    .enum(['mean', 'first'])
    .default('mean')
    .describe('what the pooled features are: the mean of the tokens, or the first one, as of [CLS]'),
  average: z.boolean().default(false).describe('whether the pooled features are the only token'),
  dim: z
    .int()
    .positive()
    .optional()
    .describe('width of a token, by a linear projection that is learned; by default the width of the features'),
});

export type OnnxOptions = z.output<typeof all>;
export type ModalityName = OnnxOptions['modality'];

/** What only some kinds of values have. */
const particular: Partial<Readonly<Record<keyof OnnxOptions, readonly ModalityName[]>>> = {
  size: ['image'],
  layout: ['image', 'series'],
  channels: ['image'],
  resize: ['image'],
  fit: ['image'],
  rate: ['audio'],
  seconds: ['audio'],
  silence: ['audio'],
  tokenizer: ['text'],
  tokenizerJson: ['text'],
  length: ['text', 'series'],
  first: ['bytes'],
  last: ['bytes'],
  columns: ['table', 'series'],
  categories: ['table'],
  fill: ['bytes', 'series', 'table'],
  scale: ['image', 'audio', 'series', 'table'],
  mean: ['image', 'audio', 'series', 'table'],
  std: ['image', 'audio', 'series', 'table'],
};

const defaults = all.parse({ file: 'any' });

const layouts: Partial<Readonly<Record<ModalityName, readonly string[]>>> = {
  image: ['NCHW', 'NHWC'],
  series: ['NCT', 'NTC'],
};

/** Those of another modality would do nothing: they are refused. */
export const options = all.superRefine((given, context) => {
  const { modality, layout } = given;
  const known = layouts[modality];
  if (layout !== undefined && known?.includes(layout) === false) {
    context.addIssue({ code: 'custom', path: ['layout'], message: `of ${modality} is ${known.join(' or ')}` });
  }
  for (const [option, modalities] of Object.entries(particular)) {
    const key = option as keyof OnnxOptions;
    if (modalities.includes(modality) || given[key] === defaults[key]) continue;
    const message = `is an option of ${modalities.join(', ')}, and this input is ${modality}: take it out, or say another "modality"`;
    context.addIssue({ code: 'custom', path: [option], message });
  }
});

/** One of the files that a value goes through. */
export type Stage = Pick<
  OnnxOptions,
  'file' | 'output' | 'inputs' | 'states' | 'shapes' | 'window' | 'hop' | 'alone' | 'sha256' | 'externalData'
>;

/** [height, width] */
export type Size = readonly [number, number];

/** All files, in the order in which a value goes through them. */
export const stagesOf = (given: OnnxOptions): readonly Stage[] => [given, ...given.then];
