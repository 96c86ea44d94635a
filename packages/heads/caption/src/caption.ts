import {
  defineHead,
  exampleBeside,
  onlyFeatures,
  required,
  type Head,
  type Model,
  type Scope,
} from '@sensorium/contracts';
import { createCutter, learnVocabulary, text } from '@sensorium/modality-text';
import { z } from 'zod';
import { createCodec } from './codec.js';
import { decodeAnswers, type CaptionPrediction } from './decode.js';
import { memoryOf, type DecoderOptions, type Memory } from './decoder.js';
import { generate } from './generate.js';
import { emptied, packed } from './keys-and-values.js';
import { captionLoss } from './loss.js';
import { captionMeter } from './meter.js';
import { step } from './step.js';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of a token'),
  layers: z.int().positive().default(2).describe('transformer blocks'),
  heads: z.int().positive().default(4).describe('attention heads; must divide dim'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
  labelSmoothing: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe('probability spread over all pieces (Szegedy et al. 2016)'),
  maxTokens: z
    .int()
    .positive()
    .default(64)
    .describe('longest text, in pieces with the end; the rest is cut, and reported'),
  maxVocabulary: z.int().positive().default(8000).describe('most pieces to know'),
  minCount: z
    .int()
    .positive()
    .default(2)
    .describe('how often pieces must stand together in the training table to become one'),
  tokens: z
    .int()
    .positive()
    .optional()
    .describe('pieces of a text with its end; by default the longest of the training table'),
  vocabulary: z
    .array(z.string().min(1))
    .optional()
    .describe('the pieces that texts are made of; by default learned from the training table'),
});

type CaptionOptions = z.output<typeof options>;

/** A text, written by a transformer decoder that looks at the tokens of one input or fusion. */
export const caption = defineHead({
  specVersion: 'v1',
  name: 'caption',
  modality: text,
  options,
  example: exampleBeside(import.meta.url, 'head-caption'),
  async learn(given, values) {
    const texts: string[] = [];
    for await (const value of values) texts.push(value);
    const vocabulary =
      given.vocabulary ?? learnVocabulary(texts, { size: given.maxVocabulary, minCount: given.minCount });
    return { ...given, vocabulary, tokens: given.tokens ?? longest(texts, vocabulary, given.maxTokens) };
  },
  create: createCaption,
});

/** The pieces of the longest text and its end, at most `limit`. */
function longest(texts: readonly string[], vocabulary: readonly string[], limit: number): number {
  const cut = createCutter(vocabulary);
  return texts.reduce((most, value) => Math.max(most, Math.min(cut(value).length + 1, limit)), 1);
}

function createCaption({ labelSmoothing, ...own }: CaptionOptions): Head<string, CaptionPrediction> {
  const codec = createCodec(required(own.vocabulary, 'the vocabulary that training learns'));
  const tokens = required(own.tokens, 'the number of tokens that training learns');
  const decoder: DecoderOptions = { ...own, tokens, count: codec.count };
  const remembered = (scope: Scope, model: Model): Memory => memoryOf(scope, onlyFeatures(model), decoder);

  return {
    target: {
      kept: { ids: { dtype: 'int32', shape: [tokens] } },
      prepare: (value) => ({ ids: { dtype: 'int32', shape: [1, tokens], data: codec.encode(value, tokens) } }),
      notes: (value) => codec.notes(value, tokens),
    },

    answer: (scope, model) => generate(scope, remembered(scope, model), decoder),

    loss(scope, model, { ids }) {
      const truths = required(ids, 'the target "ids"');
      return captionLoss(scope, remembered(scope, model), truths, { ...decoder, labelSmoothing });
    },

    graphs: {
      memory(scope, model) {
        const { layers, mask } = remembered(scope, model);
        return { memory: packed(layers), mask, cache: packed(emptied(layers, tokens)) };
      },
      step: (scope, model) => step(scope, onlyFeatures(model), decoder),
    },

    decode: (outputs) => decodeAnswers(outputs, codec),
    meter: () => captionMeter(codec),
  };
}
