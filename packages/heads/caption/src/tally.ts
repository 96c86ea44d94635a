import type { Tally } from '@sensorium/statistics';
import { sumOverlaps, type Overlap } from './ngrams.js';
import { bleu, chrF } from './similarity.js';

/** What an answer shares with its truth: n-grams of characters, and of words. */
export interface Likeness {
  readonly characters: readonly Overlap[];
  readonly words: readonly Overlap[];
}

export const likenessOf = (answer: string, truth: string): Likeness => ({
  characters: chrF.count(answer, truth),
  words: bleu.count(answer, truth),
});

/** chrF and BLEU of many texts together. */
export function tallyOfLikeness() {
  const [characters, words] = [sumOverlaps(), sumOverlaps()];
  return {
    add(likeness: Likeness): void {
      characters.add(likeness.characters);
      words.add(likeness.words);
    },
    values: () => ({ chrf: chrF.value(characters.sums()), bleu: bleu.value(words.sums()) }),
  } satisfies Tally<Likeness>;
}
