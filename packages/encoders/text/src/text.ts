import { definePlugin, type Encoder, type Features, type Random, type Tensors } from '@sensorium/contracts';
import { add, cast, div, embedding, greater, maximum, mul, normal, standardize, sum, transformerBlock, unsqueeze } from '@sensorium/graph';
import { z } from 'zod';
import { tokenize } from './tokenize.js';
import { FIRST_WORD, PADDING, UNKNOWN, VocabularyBuilder } from './vocabulary.js';

const options = z.strictObject({
  dim: z.int().positive().default(64).describe('width of a token'),
  layers: z.int().min(0).default(1).describe('transformer blocks; 0 leaves the words as they are, in order'),
  heads: z.int().positive().default(4).describe('attention heads; must divide dim'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
  wordDropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.02)
    .describe('share of words hidden in training, so that the vector for unknown words is learned too'),
  lowercase: z.boolean().default(true).describe('treat upper and lower case alike'),
  stripAccents: z.boolean().default(true).describe('treat é and e alike'),
  maxTokens: z
    .int()
    .positive()
    .default(128)
    .describe('longest text, in words and marks; the rest is cut, and reported'),
  maxVocabulary: z.int().positive().default(20_000).describe('most words to know; the rarest are left out'),
  minCount: z.int().positive().default(1).describe('how often a word must occur in training to be known'),
  tokens: z.int().positive().optional().describe('tokens of a text; by default the longest text of the training table'),
  vocabulary: z.array(z.string()).optional().describe('the known words; by default learned from the training table'),
});

type TextOptions = z.output<typeof options>;

/**
 * Text encoder, trained from scratch: word and position embeddings, then pre-norm transformer blocks
 * (Vaswani et al. 2017; Xiong et al. 2020). tokens [B,T,dim], pooled [B,dim] is the mean over the words.
 */
export const text = definePlugin({
  specVersion: 'v1',
  kind: 'encoder',
  name: 'text',
  modality: 'text',
  options,
  async learn(given, texts) {
    const builder = new VocabularyBuilder();
    for await (const { text } of texts) builder.add(tokenize(text, given));
    return {
      ...given,
      tokens: given.tokens ?? builder.length(given.maxTokens),
      vocabulary: given.vocabulary ?? builder.words(given.maxVocabulary, given.minCount),
    };
  },
  create: createTextEncoder,
});

function createTextEncoder(options: TextOptions): Encoder<'text'> {
  const { dim, layers, heads, dropout, wordDropout, tokens: length = options.maxTokens, vocabulary = [] } = options;
  const ids = new Map(vocabulary.map((word, index) => [word, index + FIRST_WORD]));

  return {
    inputs: { ids: { dtype: 'int32', shape: [length] } },

    prepare({ text }) {
      const data = new Int32Array(length).fill(PADDING);
      for (const [position, word] of tokenize(text, options).slice(0, length).entries()) {
        data[position] = ids.get(word) ?? UNKNOWN;
      }
      return { ids: { dtype: 'int32', shape: [1, length], data } };
    },

    notes({ text }) {
      const words = tokenize(text, options);
      const unknown = [...new Set(words.filter((word) => !ids.has(word)))];
      return [
        ...(words.length > length ? [`cut after ${length} of ${words.length} words`] : []),
        ...(unknown.length > 0 ? [`unknown words: ${unknown.slice(0, 5).join(', ')}`] : []),
      ];
    },

    ...(wordDropout > 0 && { augment: (sample, random) => hideWords(sample, wordDropout, random) }),

    build(scope, { ids }, present): Features {
      if (!ids) throw new Error('the text encoder needs its input "ids"');
      const mask = cast(greater(ids, PADDING), 'float32');
      const words = embedding(scope.at('words'), ids, vocabulary.length + FIRST_WORD, dim);
      let tokens = add(words, scope.parameter('positions', [length, dim], normal(0.3)));
      for (let layer = 0; layer < layers; layer++) {
        tokens = transformerBlock(scope.at(`block${layer}`), tokens, { heads, mask, dropout });
      }
      tokens = standardize(tokens);
      const kept = sum(mul(tokens, unsqueeze(mask, 2)), [1]);
      const pooled = div(kept, maximum(sum(mask, [1], { keep: true }), 1));
      return { tokens, mask, pooled, present };
    },
  };
}

function hideWords(sample: Tensors, rate: number, random: Random): Tensors {
  const { ids } = sample;
  if (!ids) return sample;
  const hidden = (id: number): boolean => id !== PADDING && random.uniform() < rate;
  const data = Int32Array.from(Array.from(ids.data, Number), (id) => (hidden(id) ? UNKNOWN : id));
  return { ...sample, ids: { ...ids, data } };
}
