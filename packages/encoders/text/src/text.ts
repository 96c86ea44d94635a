import {
  defineEncoder,
  exampleBeside,
  type Encoder,
  type Features,
  type Random,
  required,
  type Scope,
  type SymbolicTensor,
  type Symbols,
  type Tensor,
} from '@sensorium/contracts';
import {
  add,
  cast,
  div,
  embedding,
  greater,
  knownSize,
  maximum,
  mul,
  normal,
  standardize,
  sub,
  sum,
  transformerBlock,
  unsqueeze,
} from '@sensorium/graph';
import { text as modality } from '@sensorium/modality-text';
import { z } from 'zod';
import { learningSegment, segmentBy } from './segment.js';
import { surveyTexts } from './survey.js';
import { tokenize } from './tokenize.js';
import { FIRST_WORD, PADDING, UNKNOWN, vocabularyOf } from './vocabulary.js';

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
  maxVocabulary: z.int().positive().default(20_000).describe('most words to know; the rarest are left out'),
  minCount: z.int().positive().default(1).describe('how often a word must occur in training to be known'),
  tokens: z.int().positive().optional().describe('tokens of a text; by default the longest text of the training table'),
  vocabulary: z.array(z.string()).optional().describe('the known words; by default learned from the training table'),
});

type TextOptions = z.output<typeof options>;

/**
 * Text encoder, trained from scratch: word and position embeddings, then pre-norm transformer blocks
 * (Vaswani et al. 2017; Xiong et al. 2020). tokens [B,T,dim], pooled [B,dim] is the mean over the words. `layers` has the
 * tokens after every block; a word that is hidden has a learned embedding in place of its own, and its id is its content.
 */
export const text = defineEncoder({
  specVersion: 'v1',
  name: 'text',
  modality,
  options,
  example: exampleBeside(import.meta.url, 'encoder-text'),
  async learn(given, values) {
    const texts: string[] = [];
    for await (const value of values) texts.push(value);
    const vocabulary = given.vocabulary ?? learnVocabulary(texts, given);
    return { ...given, tokens: given.tokens ?? longestOf(texts, { ...given, vocabulary }), vocabulary };
  },
  create: createTextEncoder,
});

function learnVocabulary(texts: readonly string[], options: TextOptions): string[] {
  const segment = learningSegment(options.unspaced);
  const words = texts.map((value) => tokenize(value, options, segment));
  return vocabularyOf(words, options.maxVocabulary, options.minCount);
}

/** Words of the longest text, at most `maxTokens`, at least 1. */
function longestOf(texts: readonly string[], options: TextOptions): number {
  const tokenizer = tokenizerOf(options);
  return texts.reduce((longest, value) => Math.max(longest, Math.min(tokenizer(value).length, options.maxTokens)), 1);
}

function tokenizerOf(options: TextOptions): (value: string) => string[] {
  const segment = segmentBy(options.unspaced, options.vocabulary ?? []);
  return (value) => tokenize(value, options, segment);
}

function createTextEncoder(options: TextOptions): Encoder<string> {
  const { wordDropout, tokens: length = options.maxTokens, vocabulary = [] } = options;
  const wordsIn = tokenizerOf(options);
  const ids = new Map(vocabulary.map((word, index) => [word, index + FIRST_WORD]));
  const count = vocabulary.length + FIRST_WORD;
  const kept = { ids: { dtype: 'int32', shape: [length] } } as const;

  return {
    kept,

    prepare(value) {
      const data = new Int32Array(length).fill(PADDING);
      for (const [position, word] of wordsIn(value).slice(0, length).entries()) {
        data[position] = ids.get(word) ?? UNKNOWN;
      }
      return { ids: { dtype: 'int32', shape: [1, length], data } };
    },

    notes(value) {
      const words = wordsIn(value);
      const unknown = [...new Set(words.filter((word) => !ids.has(word)))];
      return [
        ...(words.length > length ? [`cut after ${length} of ${words.length} words`] : []),
        ...(unknown.length > 0 ? [`unknown words: ${unknown.slice(0, 5).join(', ')}`] : []),
      ];
    },

    survey(values) {
      const vocabularySize = vocabulary.length;
      return surveyTexts(
        { tokenize: wordsIn, length, isKnown: (word) => ids.has(word), vocabulary: vocabularySize },
        values,
      );
    },

    ...(wordDropout > 0 && {
      view: {
        fed: kept,
        draw({ ids: words }, random) {
          const given = required(words, 'the kept tensor "ids"');
          return { ids: random ? dropWords(given, wordDropout, random.own) : given };
        },
        value: (drawn) => wordsOf(required(drawn['ids'], 'the drawn tensor "ids"'), vocabulary),
      },
    }),

    hides: true,
    build: (scope, x, present, hidden) => buildFeatures(scope, idsOf(x), present, { ...options, count }, hidden),
    content: (x) => ({ ids: idsOf(x), count, unknown: UNKNOWN }),
  };
}

const idsOf = ({ ids }: Symbols): SymbolicTensor => required(ids, 'the input "ids"');

function buildFeatures(
  scope: Scope,
  ids: SymbolicTensor,
  present: SymbolicTensor,
  { dim, layers: depth, heads, dropout, count }: TextOptions & { readonly count: number },
  hidden?: SymbolicTensor,
): Features {
  const mask = cast(greater(ids, PADDING), 'float32');
  const words = embedding(scope.at('words'), ids, count, dim);
  const seen = hidden ? hideTokens(scope, words, hidden) : words;
  let x = add(seen, scope.parameter('positions', [knownSize(ids.shape, 1), dim], normal(0.3)));
  const layers: SymbolicTensor[] = [];
  for (let layer = 0; layer < depth; layer++) {
    x = transformerBlock(scope.at(`block${layer}`), x, { heads, mask, dropout });
    layers.push(x);
  }
  const tokens = standardize(x);
  const kept = sum(mul(tokens, unsqueeze(mask, 2)), [1]);
  const pooled = div(kept, maximum(sum(mask, [1], { keep: true }), 1));
  return { tokens, mask, pooled, present, ...(depth > 0 && { layers }) };
}

/** A learned embedding in place of those that are hidden: [B,T,D], [B,T] → [B,T,D]. */
function hideTokens(scope: Scope, words: SymbolicTensor, hidden: SymbolicTensor): SymbolicTensor {
  const cover = unsqueeze(hidden, 2);
  const own = scope.parameter('hidden', [knownSize(words.shape, 2)], normal(1));
  return add(mul(words, sub(1, cover)), mul(own, cover));
}

/** As people see a word that is not known, or was hidden. */
const UNKNOWN_WORD = '□';

/** The known words of a text, in order. */
function wordsOf({ data }: Tensor, vocabulary: readonly string[]): string {
  const ids = Array.from(data, Number).filter((id) => id !== PADDING);
  return ids
    .map((id) => (id === UNKNOWN ? UNKNOWN_WORD : required(vocabulary[id - FIRST_WORD], `the word ${id}`)))
    .join(' ');
}

function dropWords(ids: Tensor, rate: number, random: Random): Tensor {
  const drops = (id: number): boolean => id !== PADDING && random.uniform() < rate;
  return { ...ids, data: Int32Array.from(Array.from(ids.data, Number), (id) => (drops(id) ? UNKNOWN : id)) };
}
