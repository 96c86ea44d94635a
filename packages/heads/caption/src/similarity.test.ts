import { describe, expect, it } from 'vitest';
import { sumOverlaps } from './ngrams.js';
import { bleu, chrF, wordsOf, type Similarity } from './similarity.js';

/** Answers and truths. */
type Pairs = readonly (readonly [answer: string, truth: string])[];

function corpus({ count, value }: Similarity, pairs: Pairs): number {
  const all = sumOverlaps();
  for (const [answer, truth] of pairs) all.add(count(answer, truth));
  return 100 * value(all.sums());
}

const short: Pairs = [
  ['a small red star', 'a large red star'],
  ['two blue rings and a cross', 'two blue rings and a cross on a grey background'],
  ['', 'a dog'],
  ['the cat', 'the cat'],
];
const long: Pairs = [
  ['there are two large red rings and a ring on a grey ground', 'two large red rings and a small ring'],
  ['a star', 'a blue star is left of the ring'],
];

describe('BLEU', () => {
  // sacreBLEU 2.6.0: BLEU(tokenize='none', smooth_method='none')
  it.each([
    ['of several answers', short, 46.86644399532081],
    ['of answers that are too short together', short.slice(0, 2), 51.091735070282574],
    ['of one that is too long and one that is too short', long, 37.26392957036049],
    // effective_order=True: no answer has three words.
    ['of answers of two words', [short[3]!, ['a dog', 'a cat']] satisfies Pairs, 61.237243569579455],
  ])('is what sacreBLEU gives %s', (_, pairs, expected) => {
    expect(corpus(bleu, pairs)).toBeCloseTo(expected, 9);
  });

  it('counts a word as often as the truth has it: 2/7 (Papineni et al. 2002, example 2)', () => {
    const [words] = bleu.count('the the the the the the the', 'the cat is on the mat');
    expect(words).toEqual({ answer: 7, truth: 6, shared: 2 });
  });

  it('is 0 without words, and where nothing is shared', () => {
    expect(corpus(bleu, [['', 'a star']])).toBe(0);
    expect(corpus(bleu, [['', '']])).toBe(0);
    expect(corpus(bleu, [['one', 'two']])).toBe(0);
  });
});

describe('chrF', () => {
  // sacreBLEU 2.6.0: CHRF()
  it.each([
    ['several answers', short, 56.60687864543815],
    ['one answer', short.slice(0, 1), 46.50738150738151],
    ['one answer that is cut', short.slice(1, 2), 57.52349596906428],
    ['an empty one', short.slice(2, 3), 0],
    ['the truth', short.slice(3), 100],
    ['long ones', long, 44.112036469757584],
    [
      'Japanese and marks',
      [
        ['日本語のテキスト', '日本語テキスト'],
        ['Ein Haus, 3.5 Meter hoch!', 'Ein Haus , 3,5 Meter hoch .'],
      ] satisfies Pairs,
      70.17767359356635,
    ],
  ])('is what sacreBLEU gives of %s', (_, pairs, expected) => {
    expect(corpus(chrF, pairs)).toBeCloseTo(expected, 9);
  });
});

describe('words', () => {
  it.each([
    ['A small, red star.', ['A', 'small', ',', 'red', 'star', '.']],
    ["don't 3.5m", ['don', "'", 't', '3', '.', '5', 'm']],
    ['हिन्दी\n日本語', ['हिन्दी', '日', '本', '語']],
    ['\u0301ab ❤\ufe0fyou', ['ab', '❤\ufe0f', 'you']],
    [' ', []],
  ])('of %j', (text, expected) => {
    expect(wordsOf(text)).toEqual(expected);
  });
});
