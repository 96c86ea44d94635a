import {
  defineEncoder,
  exampleBeside,
  type Encoder,
  type PluginFiles,
  type Random,
  required,
  type SymbolicTensor,
  type Symbols,
  type Tensor,
} from '@sensorium/contracts';
import { text as modality, tokenIdsExample } from '@sensorium/modality-text';
import { buildFeatures } from './network.js';
import { options, sizesOf, type TextOptions } from './options.js';
import { overlay } from './overlay.js';
import { learnFrom, readingOf } from './reading.js';
import { surveyTexts } from './survey.js';
import { readTokenizerFile } from './tokenizer-file.js';
import { FIRST_WORD, PADDING, UNKNOWN } from './vocabulary.js';

/**
 * Text encoder, trained from scratch: word and position embeddings, then pre-norm transformer blocks
 * (Vaswani et al. 2017; Xiong et al. 2020). tokens [B,T,dim], pooled [B,dim] is the mean over the words. `layers` has the
 * tokens after every block; a word that is hidden has a learned embedding in place of its own, and its id is its content. With
 * `window`, positions begin anew in every window, and attention stays within it.
 *
 * Throws SENSORIUM_NOT_FOUND and SENSORIUM_BAD_MODEL for a tokenizer that is not there or none.
 */
export const text = defineEncoder({
  specVersion: 'v1',
  name: 'text',
  modality,
  options,
  example: ({ tokenizerJson }) =>
    tokenizerJson
      ? exampleBeside(import.meta.url, 'encoder-text-file', [tokenIdsExample])
      : exampleBeside(import.meta.url, 'encoder-text'),
  files: ({ tokenizer }) => (tokenizer === undefined ? [] : [tokenizer]),
  learn: learnFromTexts,
  create: createTextEncoder,
});

async function learnFromTexts(
  given: TextOptions,
  values: AsyncIterable<string>,
  files: PluginFiles,
): Promise<TextOptions> {
  const texts: string[] = [];
  for await (const value of values) texts.push(value);
  const { tokenizer, maxTokens } = given;
  const learned: TextOptions =
    tokenizer === undefined
      ? { ...given, vocabulary: given.vocabulary ?? learnFrom(texts, given) }
      : { ...given, tokenizerJson: given.tokenizerJson ?? readTokenizerFile(tokenizer, files) };
  return {
    ...learned,
    ...sizesOf(given),
    tokens: inWindows(given.tokens ?? Math.min(longestOf(texts, learned), maxTokens), given),
  };
}

/** Tokens of the longest text, at least 1. */
function longestOf(texts: readonly string[], options: TextOptions): number {
  const { tokens } = readingOf(options);
  return texts.reduce((longest, value) => Math.max(longest, tokens(value).length), 1);
}

/** So many tokens that they are whole windows. */
const inWindows = (tokens: number, { window = tokens }: TextOptions): number => Math.ceil(tokens / window) * window;

function createTextEncoder(given: TextOptions): Encoder<string> {
  const { wordDropout, dropout, tokens = given.maxTokens } = given;
  const length = inWindows(tokens, given);
  const { tokens: tokensIn, idOf, size, textOf } = readingOf(given);
  const count = size + FIRST_WORD;
  const kept = { ids: { dtype: 'int32', shape: [length] } } as const;
  const network = { ...sizesOf(given), dropout, count, window: given.window ?? length };

  return {
    kept,

    prepare(value) {
      const data = new Int32Array(length).fill(PADDING);
      for (const [position, token] of tokensIn(value).slice(0, length).entries()) {
        data[position] = idOf(token) ?? UNKNOWN;
      }
      return { ids: { dtype: 'int32', shape: [1, length], data } };
    },

    notes(value) {
      const words = tokensIn(value);
      const unknown = [...new Set(words.filter((word) => idOf(word) === undefined))];
      return [
        ...(words.length > length ? [`cut after ${length} of ${words.length} words`] : []),
        ...(unknown.length > 0 ? [`unknown words: ${unknown.slice(0, 5).join(', ')}`] : []),
      ];
    },

    survey(values) {
      const isKnown = (word: string): boolean => idOf(word) !== undefined;
      return surveyTexts({ tokenize: tokensIn, length, isKnown, vocabulary: size }, values);
    },

    ...(wordDropout > 0 && {
      view: {
        fed: kept,
        draw({ ids: words }, random) {
          const own = required(words, 'the kept tensor "ids"');
          return { ids: random ? dropWords(own, wordDropout, random.own) : own };
        },
        ...(textOf && {
          value: (drawn) => textOf(Array.from(required(drawn['ids'], 'the drawn tensor "ids"').data, Number)),
        }),
      },
    }),

    overlay: overlay(tokensIn, length),
    hides: true,
    build: (scope, x, present, hidden) => buildFeatures(scope, idsOf(x), present, network, hidden),
    content: (x) => ({ ids: idsOf(x), count, unknown: UNKNOWN }),
  };
}

const idsOf = ({ ids }: Symbols): SymbolicTensor => required(ids, 'the input "ids"');

function dropWords(ids: Tensor, rate: number, random: Random): Tensor {
  const drops = (id: number): boolean => id !== PADDING && random.uniform() < rate;
  return { ...ids, data: Int32Array.from(Array.from(ids.data, Number), (id) => (drops(id) ? UNKNOWN : id)) };
}
