import { createRandom } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import { createCutter, learnVocabulary } from './pieces.js';

const limits = { size: 1000, minCount: 2 };

/** Byte pair encoding by counting the whole table at every turn, and how a text is cut into the longest pieces. */
function slowly(texts: readonly string[], turns: number): string[] {
  const words = texts.flatMap((text) => text.match(/ ?\p{L}+/gu)!);
  let cuts = words.map((word) => word.split(''));
  const learned: string[] = [];
  while (learned.length < turns) {
    const unions = cuts.flatMap((cut) => cut.slice(1).map((own, at) => `${cut[at]}${own}`));
    const frequency = (union: string): number => unions.filter((one) => one === union).length;
    const [best] = [...new Set(unions)].sort((a, b) => frequency(b) - frequency(a) || (a < b ? -1 : 1));
    learned.push(best!);
    cuts = cuts.map((cut) =>
      cut.reduce<string[]>(
        (done, own) => (`${done.at(-1)}${own}` === best ? [...done.slice(0, -1), best] : [...done, own]),
        [],
      ),
    );
  }
  const byLength = learned.toSorted((a, b) => b.length - a.length);
  const cut = (word: string): string[] => {
    const piece = byLength.find((one) => word.startsWith(one)) ?? word.slice(0, 1);
    return word === '' ? [] : [piece, ...cut(word.slice(piece.length))];
  };
  const used = words.flatMap(cut);
  return learned.filter((piece) => used.includes(piece));
}

describe('learnVocabulary', () => {
  it('joins neighbours as Sennrich et al. 2016 do: low ×5, lower ×2, newest ×6, widest ×3', () => {
    const words = { low: 5, lower: 2, newest: 6, widest: 3 };
    const texts = Object.entries(words).flatMap(([word, count]) => Array<string>(count).fill(word));
    const vocabulary = learnVocabulary(texts, { size: 14, minCount: 2 });
    // Characters by frequency: e 17, w 16, s 9, t 9, l 7, o 7, n 6, i 3, d 3, r 2. Then es 9, est 9, lo 7, low 7: of these the
    // texts are cut into two.
    expect(vocabulary).toEqual([...'ewstlondir', 'est', 'low']);
    expect(createCutter(vocabulary)('lowest newer')).toEqual(['low', 'est', ...' newer']);
    expect(learnVocabulary(texts, limits).slice(10)).toEqual(['low', 'newest', 'widest', 'lower']);
  });

  it('does not depend on the order of the texts', () => {
    const texts = ['a red star', 'two red rings', 'a ring', 'the star is red', 'a blue ring'];
    const random = createRandom(1);
    const vocabulary = learnVocabulary(texts, limits);
    for (let round = 0; round < 5; round++) {
      const keyed = texts.map((text) => ({ text, key: random.uniform() })).sort((a, b) => a.key - b.key);
      expect(
        learnVocabulary(
          keyed.map(({ text }) => text),
          limits,
        ),
      ).toEqual(vocabulary);
    }
  });

  it('has no more pieces than size, characters first, and none that is rarer than minCount but characters', () => {
    const texts = ['abab abab', 'abc'];
    expect(learnVocabulary(texts, { size: 2, minCount: 1 })).toEqual(['a', 'b']);
    expect(learnVocabulary(texts, { size: 5, minCount: 1 })).toEqual(['a', 'b', ' ', 'c', 'ab']);
    expect(learnVocabulary(texts, { size: 99, minCount: 3 })).toEqual(['a', 'b', ' ', 'c', 'ab']);
    expect(learnVocabulary(texts, { size: 99, minCount: 2 })).toEqual(['a', 'b', ' ', 'c', 'ab', 'abab']);
  });

  it('learns what counting the whole table at every turn does', () => {
    const random = createRandom(2);
    const word = (): string => Array.from({ length: 1 + random.integer(7) }, () => 'abc'[random.integer(3)]).join('');
    const texts = Array.from({ length: 60 }, () => Array.from({ length: 4 }, word).join(' '));
    expect(learnVocabulary(texts, { size: 44, minCount: 1 }).slice(4)).toEqual(slowly(texts, 40));
  });
});

describe('createCutter', () => {
  const texts = [
    'A small red star, and a ring.',
    "don't: (a_b)  two  spaces\n\tand lines ",
    'École, Straße; 日本語 がか हिन्दी 한국어',
    '🙂🙂 👍🏽 3.5 m, 1,000,000',
    'broken \ud83d surrogate',
    '',
    ' ',
  ];

  it.each(texts)('loses nothing of %j', (text) => {
    expect(createCutter([])(text).join('')).toBe(text);
    expect(createCutter(learnVocabulary(texts, limits))(text).join('')).toBe(text);
    expect(createCutter(learnVocabulary([text, text], limits))(text).join('')).toBe(text);
  });

  it('makes pieces of frequent words with the space before them, never across words', () => {
    const cut = createCutter(learnVocabulary(['the red star', 'a red star, red'], { size: 100, minCount: 2 }));
    expect(cut('the red star')).toEqual(['t', 'h', 'e', ' red', ' star']);
    expect(cut('a red, red star')).toEqual(['a', ' red', ',', ' red', ' star']);
  });
});
