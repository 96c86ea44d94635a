import { createRandom } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import { misspell } from './misspell.js';

const words = (text: string): string[] => text.split(/[ ,.]+/).filter(Boolean);
const long = Array.from({ length: 5000 }, (_, at) => `word${'abcdefghij'[at % 10]}`).join(' ');

describe('a misspelt text', () => {
  it('has a mistake in each word with the probability σ', () => {
    for (const level of [0, 0.1, 0.5, 1]) {
      const written = misspell(long, level, createRandom(1)).split(' ');
      const wrong = words(long).filter((word, at) => word !== written[at]).length;
      // One in six mistakes shuffles three letters, of which one in six orders is the old one.
      const shuffledToItself = (5000 * level) / 36;
      expect(Math.abs(wrong + shuffledToItself - 5000 * level)).toBeLessThanOrEqual(5 * Math.sqrt(5000 * level));
    }
  });

  it('has six kinds of mistakes, as often one as the other', () => {
    const written = misspell(long, 1, createRandom(2)).split(' ');
    const kinds = { gone: 0, shorter: 0, longer: 0, typo: 0, moved: 0 };
    for (const [at, word] of words(long).entries()) {
      const own = written[at] as string;
      const isSameLetters = [...own].sort().join('') === [...word].sort().join('');
      if (own === '') kinds.gone++;
      else if (own.length < word.length) kinds.shorter++;
      else if (own.length > word.length) kinds.longer++;
      else if (!isSameLetters) kinds.typo++;
      else kinds.moved++;
    }
    const expected = 5000 / 6;
    for (const count of [kinds.gone, kinds.shorter, kinds.longer, kinds.typo, kinds.moved / 2]) {
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('keeps mistakes as σ grows, and adds others', () => {
    const text = 'The quick brown fox, jumping over two lazy dogs. 日本語 too';
    const mistaken = (level: number): Set<number> => {
      const spared = misspell(text, level, createRandom(3));
      return new Set(words(text).flatMap((word, at) => (words(spared).includes(word) ? [] : [at])));
    };
    const all = Array.from({ length: 11 }, (_, index) => mistaken(index / 10));
    for (const [at, own] of all.entries()) {
      expect([...own]).toEqual(expect.arrayContaining([...(all[at - 1] ?? [])]));
    }
    expect(all[0]?.size).toBe(0);
    expect(all[10]?.size).toBeGreaterThan(5);
  });

  it('keeps what is between words, and capitals', () => {
    const text = '  A-B, (C)!  ';
    for (let seed = 0; seed < 50; seed++) {
      expect(misspell(text, 1, createRandom(seed)).replace(/\p{L}+/gu, '')).toBe(text.replace(/\p{L}+/gu, ''));
      expect(misspell('QWERTY', 1, createRandom(seed))).toMatch(/^\p{Lu}*$/u);
    }
  });

  it('is as the seed says', () => {
    expect(misspell(long, 0.5, createRandom(1))).toBe(misspell(long, 0.5, createRandom(1)));
    expect(misspell(long, 0.5, createRandom(2))).not.toBe(misspell(long, 0.5, createRandom(1)));
  });
});
