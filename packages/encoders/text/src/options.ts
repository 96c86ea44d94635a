import { z } from 'zod';

/** Widths and depths. */
const presets = {
  tiny: { dim: 64, layers: 1, heads: 4 },
  small: { dim: 128, layers: 2, heads: 4 },
  base: { dim: 256, layers: 4, heads: 8 },
} as const;

export const options = z.strictObject({
  size: z
    .enum(['tiny', 'small', 'base'])
    .default('tiny')
    .describe('width, depth and heads: tiny 64, 1, 4; small 128, 2, 4; base 256, 4, 8'),
  dim: z.int().positive().optional().describe('width of a token; by default as size says'),
  layers: z
    .int()
    .min(0)
    .optional()
    .describe('transformer blocks; 0 leaves the words as they are, in order; by default as size says'),
  heads: z.int().positive().optional().describe('attention heads; must divide dim; by default as size says'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
  wordDropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.02)
    .describe('share of words hidden in training, so that the vector for unknown words is learned too'),
  units: z
    .enum(['words', 'pieces'])
    .default('words')
    .describe('what a text is cut into: words, or pieces of words that stand often in the training table'),
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe(
      'a file tokenizer.json, relative to the manifest, whose vocabulary is used instead of one that is learned',
    ),
  lowercase: z.boolean().default(true).describe('treat upper and lower case alike'),
  stripAccents: z.boolean().default(true).describe('treat é and e alike'),
  unspaced: z
    .enum(['characters', 'words'])
    .default('characters')
    .describe(
      'what scripts without spaces (Chinese, Japanese, Thai) are cut into: characters, or the longest known words, which Intl.Segmenter finds in the training table',
    ),
  maxTokens: z
    .int()
    .positive()
    .default(128)
    .describe('longest text, in words and marks; the rest is cut, and reported'),
  window: z
    .int()
    .positive()
    .optional()
    .describe('for long texts: tokens look at the others of their window of so many; by default at the whole text'),
  maxVocabulary: z.int().positive().default(20_000).describe('most words to know; the rarest are left out'),
  minCount: z
    .int()
    .positive()
    .default(1)
    .describe('how often a word must occur in training to be known, and a piece, which must at least twice'),
  tokens: z.int().positive().optional().describe('tokens of a text; by default the longest text of the training table'),
  vocabulary: z.array(z.string()).optional().describe('the known words; by default learned from the training table'),
  tokenizerJson: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('the content of the tokenizer; training writes it down'),
});

export type TextOptions = z.output<typeof options>;

/** The preset's numbers, and those that are given in their place. */
export const sizesOf = ({
  size,
  dim = presets[size].dim,
  layers = presets[size].layers,
  heads = presets[size].heads,
}: TextOptions): { readonly dim: number; readonly layers: number; readonly heads: number } => ({ dim, layers, heads });
