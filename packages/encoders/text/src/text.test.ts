import type { Encoder, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { text } from './index.js';

type Options = Parameters<typeof text.create>[0];

const noFiles = new Map<string, Uint8Array>();
const create = (options: Options): Encoder<string> => text.create(options, noFiles);
async function* table(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}
const learn = (given: object, ...texts: string[]): Promise<Options> =>
  text.learn!(text.options.parse(given), table(texts), noFiles);
const ids = (encoder: Encoder<string>, value: string): number[] =>
  Array.from(encoder.prepare(value)['ids']!.data, Number);

conformsAsEncoder(text, {
  options: [
    {},
    { dim: 6, layers: 0, tokens: 3, wordDropout: 0.2, lowercase: false, stripAccents: false },
    { dim: 6, heads: 3, layers: 2, dropout: 0.5, wordDropout: 0.5, maxTokens: 5, maxVocabulary: 4, minCount: 2 },
    { vocabulary: ['the', 'red'] },
  ],
  values: ['What is THE red thing?', 'the café, the cafe', '', '日本語 🙂'],
});
conformsToReadme(text, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

describe('words', () => {
  /** A text as the encoder reads it: its vocabulary is the text itself, so that ids tell the words again. */
  async function words(value: string, given: object = {}): Promise<string[]> {
    const options = await learn(given, value);
    return ids(create(options), value).map((id) => options.vocabulary?.[id - 2] ?? `#${id}`);
  }

  it.each([
    ['Is it 3.5 m?', ['is', 'it', '3', '.', '5', 'm', '?']],
    ['  two\t\n spaces\u00a0here ', ['two', 'spaces', 'here']],
    ["don't: (a_b)", ['don', "'", 't', ':', '(', 'a', '_', 'b', ')']],
    ['ÉCOLE, Straße', ['ecole', ',', 'straße']],
    ['ﬁsh ２ ＫＧ', ['fish', '2', 'kg']],
    ['e\u0301cole école', ['ecole', 'ecole']],
    ['日本語 がか', ['日本語', 'がか']],
    ['हिन्दी', ['हिन्दी']],
    ['한국어', ['한국어']],
    ['İstanbul', ['istanbul']],
    ['🙂🙂 👍', ['🙂', '🙂', '👍']],
    ['broken \ud83d surrogate', ['broken', '\ud83d', 'surrogate']],
  ])('of %j', async (value, expected) => {
    expect(await words(value)).toEqual(expected);
  });

  it.each([
    [{ lowercase: false }, ['Ecole', 'ecole']],
    [{ stripAccents: false }, ['école', 'ecole']],
    [{ lowercase: false, stripAccents: false }, ['École', 'ecole']],
  ])('are told apart with %j', async (given, expected) => {
    expect(await words('École ecole', given)).toEqual(expected);
  });
});

describe('the vocabulary', () => {
  const texts = ['the cat sees the dog', 'the dog sees a bird', 'a bird'];

  it('has frequent words first, and in the order of their letters where they are as frequent', async () => {
    const { vocabulary, tokens } = await learn({}, ...texts);
    expect(vocabulary).toEqual(['the', 'a', 'bird', 'dog', 'sees', 'cat']);
    expect(tokens).toBe(5);
    expect((await learn({}, ...texts.toReversed())).vocabulary).toEqual(vocabulary);
  });

  it('is limited by maxVocabulary and minCount, and the length by maxTokens', async () => {
    expect((await learn({ maxVocabulary: 2 }, ...texts)).vocabulary).toEqual(['the', 'a']);
    expect((await learn({ minCount: 3 }, ...texts)).vocabulary).toEqual(['the']);
    expect((await learn({ maxTokens: 3 }, ...texts)).tokens).toBe(3);
  });

  it('and the length stay as they are given', async () => {
    expect(await learn({ vocabulary: ['z'], tokens: 9 }, ...texts)).toMatchObject({ vocabulary: ['z'], tokens: 9 });
  });

  it('may be empty', async () => {
    const options = await learn({}, '', ' ');
    expect(options).toMatchObject({ vocabulary: [], tokens: 1 });
    expect(ids(create(options), 'anything')).toEqual([1]);
  });
});

describe('a text', () => {
  const encoder = create(text.options.parse({ tokens: 4, vocabulary: ['red', 'circle'], wordDropout: 0.5 }));

  it('becomes ids: 0 for padding, 1 for unknown words, then the vocabulary', () => {
    expect(ids(encoder, 'a RED circle')).toEqual([1, 2, 3, 0]);
    expect(ids(encoder, '')).toEqual([0, 0, 0, 0]);
  });

  it('is cut at its end, with a note', () => {
    expect(ids(encoder, 'red red red circle red circle')).toEqual([2, 2, 2, 3]);
    expect(encoder.notes?.('red red red circle red circle')).toEqual(['cut after 4 of 6 words']);
  });

  it('has a note about each unknown word, and none if there is nothing to say', () => {
    expect(encoder.notes?.('red square square dot')).toEqual(['unknown words: square, dot']);
    expect(encoder.notes?.('Red Circle')).toEqual([]);
  });

  it('loses the given share of its words in training, and never its padding', () => {
    const sample = encoder.prepare('red circle red');
    const draw = (seed: number): Tensors =>
      encoder.view!.draw(sample, { own: createRandom(seed), row: createRandom(-1) });
    const variants = Array.from({ length: 400 }, (_, seed) => Array.from(draw(seed)['ids']!.data, Number));
    expect(encoder.view!.draw(sample, null)).toEqual(sample);
    expect(variants.every((variant) => variant[3] === 0)).toBe(true);
    expect(variants.every(([a, b, c]) => [1, 2].includes(a!) && [1, 3].includes(b!) && [1, 2].includes(c!))).toBe(true);
    const hidden = variants.flat().filter((id) => id === 1).length;
    expect(hidden / 1200).toBeGreaterThan(0.45);
    expect(hidden / 1200).toBeLessThan(0.55);
  });

  it('stays as it is in training without wordDropout', () => {
    const plain = create(text.options.parse({ tokens: 4, vocabulary: ['red'], wordDropout: 0 }));
    expect(plain.view).toBeUndefined();
  });
});

it('says that heads must divide dim', () => {
  const encoder = create(text.options.parse({ dim: 10, heads: 4, tokens: 2 }));
  const x = { ids: input('ids', 'int32', ['batch', 2]) };
  expect(() => encoder.build(createScope(), x, input('present', 'float32', ['batch', 1]))).toThrow(
    expect.objectContaining({ code: 'SENSORIUM_SHAPE', message: '4 heads do not divide the width 10' }),
  );
});
