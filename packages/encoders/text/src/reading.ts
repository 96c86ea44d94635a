import { required } from '@sensorium/contracts';
import { createCutter, createTokenizer, learnVocabulary } from '@sensorium/modality-text';
import type { TextOptions } from './options.js';
import { learningSegment, segmentBy } from './segment.js';
import { plainOf, tokenize } from './tokenize.js';
import { FIRST_WORD, PADDING, UNKNOWN, vocabularyOf } from './vocabulary.js';

/** How texts become ids. Id 0 is padding, 1 what is not known, and the vocabulary begins at 2. */
export interface Reading {
  readonly tokens: (text: string) => string[];
  /** Undefined for a token that is not known. */
  readonly idOf: (token: string) => number | undefined;
  /** Tokens that are known. */
  readonly size: number;
  /** A text that has these ids; left out where not every list of ids is one of a text. */
  readonly textOf?: (ids: readonly number[]) => string;
}

export function readingOf(options: TextOptions): Reading {
  const { tokenizerJson, vocabulary = [], units } = options;
  if (tokenizerJson) return fileReading(tokenizerJson);
  const ids = new Map(vocabulary.map((word, index) => [word, index + FIRST_WORD]));
  const known = { idOf: (token: string) => ids.get(token), size: vocabulary.length };
  if (units === 'pieces') {
    const cut = createCutter(vocabulary);
    return { ...known, tokens: (text) => cut(plainOf(text, options)) };
  }
  const segment = segmentBy(options.unspaced, vocabulary);
  return {
    ...known,
    tokens: (text) => tokenize(text, options, segment),
    textOf: (words) => textOf(words, vocabulary),
  };
}

/** The vocabulary that texts give. */
export function learnFrom(texts: readonly string[], options: TextOptions): string[] {
  const { units, maxVocabulary, minCount } = options;
  if (units === 'pieces') {
    const plain = texts.map((text) => plainOf(text, options));
    return learnVocabulary(plain, { size: maxVocabulary, minCount: Math.max(2, minCount) });
  }
  const segment = learningSegment(options.unspaced);
  return vocabularyOf(
    texts.map((text) => tokenize(text, options, segment)),
    maxVocabulary,
    minCount,
  );
}

function fileReading(json: object): Reading {
  const tokenizer = createTokenizer(json);
  return {
    tokens: (text) => tokenizer.ids(text).map((id) => required(tokenizer.token(id), `the token ${id}`)),
    idOf(token) {
      const id = tokenizer.id(token);
      return id === undefined ? undefined : id + FIRST_WORD;
    },
    size: tokenizer.size,
  };
}

/** As people see a word that is not known, or was hidden. */
const UNKNOWN_WORD = '□';

/** The known words of a text, in order. */
const textOf = (ids: readonly number[], vocabulary: readonly string[]): string =>
  ids
    .filter((id) => id !== PADDING)
    .map((id) => (id === UNKNOWN ? UNKNOWN_WORD : required(vocabulary[id - FIRST_WORD], `the word ${id}`)))
    .join(' ');
