import { z } from 'zod';

const json = z.record(z.string(), z.unknown());

/** What ONNX files of a model are called by the numbers that they hold: `model_fp16.onnx`. */
export const suffixes = { fp32: '', fp16: '_fp16', q8: '_quantized', int8: '_int8', uint8: '_uint8' } as const;

export const options = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe('a model of the hub (`owner/name`), or a folder, relative to the manifest (`./name`)'),
  modality: z.enum(['text', 'image', 'audio']).default('text').describe('what the model is given'),
  revision: z
    .string()
    .min(1)
    .optional()
    .describe('branch, tag or commit of a model of the hub, by default main; training writes the commit down'),
  dtype: z
    .enum(Object.keys(suffixes) as [keyof typeof suffixes])
    .default('fp32')
    .describe('which of its ONNX files is read, by the numbers that it holds'),
  output: z
    .string()
    .optional()
    .describe(
      'the tensor of tokens, by its name in the file; any tensor inside may be named; by default the last layer',
    ),
  pooling: z
    .enum(['mean', 'first', 'model'])
    .optional()
    .describe(
      'how a sample becomes one vector: mean of its tokens, its first token, or as the model does it itself; by default what is usual of its kind',
    ),
  maxTokens: z
    .int()
    .min(3)
    .default(512)
    .describe('longest text, in tokens, as far as the model allows it; the rest is cut, and reported'),
  maxSeconds: z
    .number()
    .positive()
    .default(30)
    .describe('longest sound, of models that take any length; the rest is cut, and reported'),
  hub: z.url().default('https://huggingface.co').describe('where models lie that have a name'),
  tokens: z.int().min(3).optional().describe('tokens of a text; by default the longest text of the training table'),
  seconds: z
    .number()
    .positive()
    .optional()
    .describe('length of a sound; by default the longest one of the training table'),
  tokenizer: json.optional().describe("the model's tokenizer.json; training writes it down"),
  tokenizerConfig: json.optional().describe('what is needed of its tokenizer_config.json; training writes it down'),
  processor: json.optional().describe('what is needed of its preprocessor_config.json; training writes it down'),
  sha256: z
    .record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))
    .optional()
    .describe('SHA-256 of each file of the model; training writes them down, and refuses others'),
});

export type Options = z.output<typeof options>;
