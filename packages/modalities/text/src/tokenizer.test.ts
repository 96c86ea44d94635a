import { describe, expect, it } from 'vitest';
import { createTokenizer } from './index.js';

const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'red', 'blue', 'star'];
const vocab = Object.fromEntries(words.map((word, id) => [word, id]));
const special = (id: number): object => ({ id, content: words[id], special: true, single_word: false, lstrip: false });
/** Whole words between [CLS] and [SEP]. */
const wordLevel = {
  added_tokens: [special(0), special(1), special(2), special(3)],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '[CLS]' } }, { Sequence: { id: 'A' } }, { SpecialToken: { id: '[SEP]' } }],
    pair: [],
    special_tokens: { '[CLS]': { ids: [2], tokens: ['[CLS]'] }, '[SEP]': { ids: [3], tokens: ['[SEP]'] } },
  },
  decoder: null,
  model: { type: 'WordLevel', vocab, unk_token: '[UNK]' },
};
/** Byte pairs, without anything around a text. */
const bytePairs = {
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  padding: { pad_id: 5 },
  model: { type: 'BPE', vocab: { a: 0, b: 1, c: 2, ab: 3, Ġ: 4, '<x>': 5 }, merges: ['a b'], unk_token: null },
};

describe('a tokenizer of words', () => {
  const tokenizer = createTokenizer(wordLevel);

  it('gives the ids of a text, with what stands around it', () => {
    expect(tokenizer.ids('Red green STAR')).toEqual([2, 4, 1, 6, 3]);
    const without = { ...wordLevel, model: { type: 'WordLevel', vocab } };
    expect(createTokenizer(without).ids('Red green STAR')).toEqual([2, 4, 6, 3]);
    expect(tokenizer.size).toBe(7);
    expect([tokenizer.token(6), tokenizer.id('star'), tokenizer.id('moon')]).toEqual(['star', 6, undefined]);
  });

  it('fills texts up with the usual token, or the one that is named', () => {
    expect(tokenizer.padded('red', 5)).toEqual({ ids: Int32Array.of(2, 4, 3, 0, 0), count: 3 });
    expect(createTokenizer(wordLevel, {}, 'blue').padded('red', 4).ids).toEqual(Int32Array.of(2, 4, 3, 5));
  });

  it('cuts a text that is too long before what stands behind every text', () => {
    expect(tokenizer.padded('red blue star red', 4)).toEqual({ ids: Int32Array.of(2, 4, 5, 3), count: 4 });
  });
});

it('reads byte pairs, and the padding that the file states', () => {
  const tokenizer = createTokenizer(bytePairs);
  expect(tokenizer.ids('cab b')).toEqual([2, 3, 4, 1]);
  expect(tokenizer.padded('ab', 3)).toEqual({ ids: Int32Array.of(3, 5, 5), count: 1 });
});

it.each([{}, { model: { type: 'Riddle' } }, { model: { type: 'BPE' } }, { model: 3 }])('%j is refused', (json) => {
  expect(() => createTokenizer(json)).toThrow(expect.objectContaining({ code: 'SENSORIUM_BAD_MODEL' }));
});
