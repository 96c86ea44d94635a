import { overlaps, type Overlap } from './ngrams.js';

/** How much answers are like their truths, from what n-grams of both share; 0…1. */
export interface Similarity {
  readonly count: (answer: string, truth: string) => Overlap[];
  /** Of one pair, or of many added up. */
  readonly value: (overlaps: readonly Overlap[]) => number;
}

/** Scripts that have no spaces between words: each of their characters counts as one, as in BLEU of Chinese (Post 2018). */
const UNSPACED = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script=${script}}`)
  .join('');
const WORD = new RegExp(`[${UNSPACED}]\\p{M}*|(?:(?![${UNSPACED}])\\p{L}\\p{M}*)+|\\p{N}+|[^\\s\\p{M}]\\p{M}*`, 'gu');

/** Words, numbers and other single characters; marks belong to what they follow. */
export const wordsOf = (text: string): string[] => text.match(WORD) ?? [];

/**
 * BLEU of words (Papineni et al. 2002) with one truth: the geometric mean of the shares of 1- to 4-grams of the answers that
 * the truths have too, times exp(1 − truth / answer) where all answers together are shorter. Lengths of which no answer has an
 * n-gram do not count.
 */
export const bleu: Similarity = {
  count: (answer, truth) => overlaps(wordsOf(answer), wordsOf(truth), 4),
  value(all) {
    const counted = all.filter(({ answer }) => answer > 0);
    const [words] = counted;
    if (!words) return 0;
    const logarithms = counted.map(({ answer, shared }) => Math.log(shared / answer));
    const brevity = Math.min(0, 1 - words.truth / words.answer);
    return Math.exp(brevity + mean(logarithms));
  },
};

/** Recall counts so many times as much as precision. */
const BETA = 2;

/**
 * chrF of characters (Popović 2015) without white space: F₂ = 5PR / (4P + R), where precision P and recall R are means over
 * the 1- to 6-grams that both have. It needs no words, so it takes every language.
 */
export const chrF: Similarity = {
  count: (answer, truth) => overlaps(charactersOf(answer), charactersOf(truth), 6),
  value(all) {
    const counted = all.filter(({ answer, truth }) => answer > 0 && truth > 0);
    if (counted.length === 0) return 0;
    const precision = mean(counted.map(({ answer, shared }) => shared / answer));
    const recall = mean(counted.map(({ truth, shared }) => shared / truth));
    return precision + recall > 0 ? ((1 + BETA ** 2) * precision * recall) / (BETA ** 2 * precision + recall) : 0;
  },
};

const charactersOf = (text: string): string[] => [...text.replaceAll(/\s/gu, '')];
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
