import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Encoder, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import { conformsAsEncoder, conformsToReadme, expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it, vi } from 'vitest';
import { text } from './index.js';

type Options = Parameters<typeof text.create>[0];

const noFiles = new Map<string, Uint8Array>();
/** Byte pairs with [CLS] before every text. */
const tokenizerJson = {
  added_tokens: [{ id: 0, content: '[CLS]', special: true, single_word: false, lstrip: false, rstrip: false }],
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [],
    special_tokens: { '[CLS]': { id: '[CLS]', ids: [0], tokens: ['[CLS]'] } },
  },
  decoder: null,
  model: {
    type: 'BPE',
    vocab: { '[CLS]': 0, '[UNK]': 1, t: 2, h: 3, e: 4, r: 5, d: 6, th: 7, the: 8, re: 9, red: 10 },
    merges: ['t h', 'th e', 'r e', 're d'],
    unk_token: '[UNK]',
  },
};
const files = new Map([['tokenizer.json', new TextEncoder().encode(JSON.stringify(tokenizerJson))]]);
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
    { size: 'small', units: 'pieces', maxVocabulary: 30, minCount: 3 },
    { dim: 8, heads: 2, units: 'pieces', window: 4 },
    { dim: 8, heads: 2, tokenizer: 'tokenizer.json', maxTokens: 6, window: 4 },
    { size: 'base', layers: 1, vocabulary: ['the', 'red'], tokens: 4 },
  ],
  files,
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
    ['日本語 がか', ['日', '本', '語', 'が', 'か']],
    ['2024年にJavaを学ぶ。', ['2024', '年', 'に', 'java', 'を', '学', 'ふ\u3099'.normalize(), '。']],
    ['カタカナー', ['カ', 'タ', 'カ', 'ナ', 'ー']],
    ['𠮷野家', ['𠮷', '野', '家']],
    ['ที่นี่', ['ที่', 'นี่']],
    ['ភាសា\u200bខ្មែរ', ['ភា', 'សា', 'ខ្', 'មែ', 'រ']],
    ['हिन्दी', ['हिन्दी']],
    ['한국어', ['한국어']],
    ['İstanbul', ['istanbul']],
    ['🙂🙂 👍', ['🙂', '🙂', '👍']],
    ['\u2764\ufe0fyou \u2764', ['\u2764', 'you', '\u2764']],
    ['1\ufe0f\u20e3st #\u20e3x', ['1\u20e3st', '#\u20e3', 'x']],
    ['\u0327a \u093fb -\u093fc', ['a', 'b', '-\u093f', 'c']],
    ['👨\u200d👩\u200d👧', ['👨', '👩', '👧']],
    ['Donau\u00addampf می\u200cخواهم', ['donaudampf', 'میخواهم']],
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

describe('words of scripts without spaces', () => {
  const texts = ['我喜欢北京大学', '北京的大学很好', '我在大学', '东京很好'];

  it('are the longest that the vocabulary has, and characters where it has none', async () => {
    const options = text.options.parse({ unspaced: 'words', tokens: 8, vocabulary: ['大', '大学', '北京大学', 'ที่นี่'] });
    expect(ids(create(options), '大学北京大学大，ที่นี่大')).toEqual([3, 4, 2, 1, 5, 2, 0, 0]);
    expect(ids(create(options), '北京')).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('are found by the engine in the table, with their characters for those that are not known', async () => {
    const options = await learn({ unspaced: 'words' }, ...texts);
    expect(options.vocabulary).toEqual(expect.arrayContaining(['大学', '北京', '很', '好', '东', '京']));
    const encoder = create(options);
    expect(encoder.notes?.('东京的大学')).toEqual([]);
    expect(ids(encoder, '大学')[0]).toBe(options.vocabulary!.indexOf('大学') + 2);
    expect(ids(encoder, '大学')[1]).toBe(0);
    expect(options.tokens).toBe(
      Math.max(...texts.map((value) => ids(create({ ...options, tokens: 99 }), value).indexOf(0))),
    );
  });

  it('need no engine where they are read: the vocabulary alone decides', async () => {
    const options = await learn({ unspaced: 'words' }, ...texts);
    const expected = texts.map((value) => ids(create(options), value));
    vi.stubGlobal('Intl', undefined);
    try {
      expect(texts.map((value) => ids(create(options), value))).toEqual(expected);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('the examples', () => {
  const texts = [
    'Is it 3.5 m? ÉCOLE, Straße İstanbul',
    '  two\t\n spaces\u00a0here \u0327x',
    '2024年にJavaを学ぶ。東京大学カタカナー 𠮷野家',
    'ที่นี่ภาษาไทย ភាសា\u200bខ្មែរ မြန်မာ ລາວ',
    'हिन्दी 한국어 می\u200cخواهم Donau\u00addampf',
    '\u2764\ufe0fyou 👨\u200d👩\u200d👧 1\ufe0f\u20e3st -\u093fc ﬁsh ２',
    '',
  ];
  const given = {
    tokens: 40,
    vocabulary: ['東京大学', '東', '京', 'ที่', 'java', 'ecole', '.', 'fish', '\u2764', 'ไทย', '3'],
  };
  const pieces = ['東京', ' t', 'is', '  ', ' 3', '?', 'ना', '2024', '年', '\t\n'];
  const cases = [
    {},
    { lowercase: false, stripAccents: false },
    { unspaced: 'words' },
    { units: 'pieces', vocabulary: pieces },
  ].map((options) => text.options.parse({ ...given, ...options }));
  const expected = cases.map((options) => texts.map((value) => ids(create(options), value)));

  it('in JavaScript give the same', async () => {
    const { prepare } = (await import(new URL('../example/encoder-text.mjs', import.meta.url).href)) as {
      prepare: (text: string, options: object) => { ids: Int32Array };
    };
    expect(cases.map((options) => texts.map((value) => [...prepare(value, options).ids]))).toEqual(expected);
  });

  const hasPython = spawnSync('python3', ['-c', 'import numpy']).status === 0;
  it.skipIf(!hasPython)('in Python give the same (needs python3 with numpy)', () => {
    const program = `
import json, sys
from encoder_text import prepare
given = json.load(sys.stdin)
print(json.dumps([[prepare(text, options)["ids"].tolist() for text in given["texts"]] for options in given["cases"]]))`;
    const { stdout, stderr } = spawnSync('python3', ['-c', program], {
      cwd: fileURLToPath(new URL('../example', import.meta.url)),
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf8' },
      input: JSON.stringify({ texts, cases }),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(expected);
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

describe('pieces of words', () => {
  const texts = ['lower lowest low', 'newer newest', 'low new slow'];

  it('are learned from the table, and make known what no word of it is', async () => {
    const options = await learn({ units: 'pieces' }, ...texts);
    const encoder = create(options);
    expect(options.vocabulary).toEqual(expect.arrayContaining(['low', 'est']));
    expect(encoder.notes?.('slowest')).toEqual([]);
    expect(ids(encoder, 'slowest')).not.toContain(1);
    expect(create(await learn({}, ...texts)).notes?.('slowest')).toEqual(['unknown words: slowest']);
  });

  it('stand at least twice in the table, and are no more than are asked for', async () => {
    const { vocabulary } = await learn({ units: 'pieces', maxVocabulary: 12 }, ...texts);
    expect(vocabulary!.length).toBeLessThanOrEqual(12);
    expect(vocabulary).toContain('low');
    expect((await learn({ units: 'pieces' }, 'abcd')).vocabulary).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a tokenizer.json', () => {
  const learnFile = (given: object, ...texts: string[]): Promise<Options> =>
    text.learn!(text.options.parse({ tokenizer: 'tokenizer.json', ...given }), table(texts), files);

  it('gives its ids, after that of padding and that of hidden words', async () => {
    const options = await learnFile({}, 'The red the', 'there');
    expect(options).toMatchObject({ tokens: 4, tokenizerJson });
    const encoder = create(options);
    expect(ids(encoder, 'The red')).toEqual([2, 10, 12, 0]);
    expect(ids(encoder, 'there x')).toEqual([2, 10, 11, 3]);
    expect(encoder.content!({ ids: input('ids', 'int32', ['batch', 4]) })).toMatchObject({ count: 13 });
  });

  it.each([
    ['that is not there', new Map<string, Uint8Array>(), 'SENSORIUM_NOT_FOUND'],
    ['that is no JSON', new Map([['tokenizer.json', Uint8Array.of(123)]]), 'SENSORIUM_BAD_MODEL'],
    ['that is none', new Map([['tokenizer.json', new TextEncoder().encode('{"a":1}')]]), 'SENSORIUM_BAD_MODEL'],
  ])('%s is refused', async (_, own, code) => {
    const learning = text.learn!(text.options.parse({ tokenizer: 'tokenizer.json' }), table([]), own);
    await expect(learning).rejects.toMatchObject({ code, location: { file: 'tokenizer.json' } });
  });
});

describe('windows', () => {
  const words = ['a', 'b', 'c', 'd', 'e', 'f'];
  const given = { dim: 8, heads: 2, layers: 2, vocabulary: words, wordDropout: 0 };
  const tokensOf = async (options: object, ...values: string[]): Promise<number[][]> => {
    const encoder = create(text.options.parse({ ...given, ...options }));
    const scope = createScope();
    const [length] = encoder.kept['ids']!.shape as [number];
    const x = { ids: input('ids', 'int32', ['batch', length]) };
    const { tokens } = encoder.build(scope, x, input('present', 'float32', ['batch', 1]));
    const data = Int32Array.from(values.flatMap((value) => ids(encoder, value)));
    const feeds = { ids: { dtype: 'int32', shape: [values.length, length], data } as const };
    const result = await runGraph({ tokens }, feeds, someWeights(scope.parameters));
    const all = Array.from(result['tokens']!.data, Number);
    return values.map((_, at) => all.slice(at * length * 8, (at + 1) * length * 8));
  };

  it('see what is in them as if it were the whole text', async () => {
    const [long] = await tokensOf({ tokens: 6, window: 3 }, 'a b c d e f');
    const [first, second] = await tokensOf({ tokens: 3 }, 'a b c', 'd e f');
    expectAllClose(long!, [...first!, ...second!]);
  });

  it('are whole: a text of any length is filled up', async () => {
    expect((await learn({ window: 4 }, 'a b c d e')).tokens).toBe(8);
    expect((await learn({ window: 4, maxTokens: 6 }, 'a b c d e f g h i')).tokens).toBe(8);
    expect((await learn({ window: 99 }, 'a b')).tokens).toBe(99);
  });
});

it.each([
  [{}, [64, 1, 4]],
  [{ size: 'small' }, [128, 2, 4]],
  [{ size: 'base', layers: 3 }, [256, 3, 8]],
])('%j has its width, depth and heads spelt out', async (given, [dim, layers, heads]) => {
  expect(await learn(given, 'a')).toMatchObject({ dim, layers, heads });
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
