import { SensoriumError } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { plugins } from '../testing/small-model.js';
import { createPluginResolver, partsOf, readManifest, resolveManifest, withOptions } from './index.js';

const resolver = createPluginResolver({ plugins });

const resolve = async (text: string) =>
  (await resolveManifest(await readManifest(`sensorium: 1\n${text}`), resolver)).manifest;

async function failure(text: string): Promise<SensoriumError> {
  const error: unknown = await resolve(text).catch((reason: unknown) => reason);
  if (!SensoriumError.is(error)) throw new Error('no SensoriumError', { cause: error });
  return error;
}

const texts = 'inputs: { a: text, b: text, c: text }\n';
const answer = 'heads: { answer: classification }\n';

describe('what a part reads', () => {
  it('is all inputs for a fusion, and the fusion for a head, where nothing says otherwise', async () => {
    const { fusions, heads } = await resolve(`${texts}fusion: concat\n${answer}`);
    expect(Object.keys(fusions)).toEqual(['fusion']);
    expect(fusions['fusion']).toMatchObject({ use: '@sensorium/fusion-concat', of: ['a', 'b', 'c'] });
    expect(heads['answer']?.of).toEqual(['fusion']);
  });

  it('is the only input for a head, without any fusion', async () => {
    const { fusions, heads } = await resolve(`inputs: { a: text }\n${answer}`);
    expect(fusions).toEqual({});
    expect(heads['answer']?.of).toEqual(['a']);
  });

  it('is what heads say, each by itself, without any fusion', async () => {
    const { heads } = await resolve(
      'inputs: { a: text, b: text }\nheads: { space: { use: embedding, of: [b, a] }, one: { use: classification, of: a } }',
    );
    expect(heads['space']).toMatchObject({ of: ['b', 'a'], column: null });
    expect(heads['one']).toMatchObject({ of: ['a'], column: 'one' });
  });

  it('puts every fusion after those that it reads, and lets heads read the last', async () => {
    const { fusions, heads } = await resolve(
      `${texts}fusions:
  all: { use: attention, of: [pair, c] }
  pair: { use: concat, of: [a, b] }
${answer}`,
    );
    expect(Object.entries(fusions).map(([name, { of }]) => [name, of])).toEqual([
      ['pair', ['a', 'b']],
      ['all', ['pair', 'c']],
    ]);
    expect(heads['answer']?.of).toEqual(['all']);
  });
});

describe('an iterator over the parts', () => {
  it('has each under its key, in the order in which they are built', async () => {
    const manifest = await resolve(
      `inputs: { a: { encoder: text, dim: 8 }, b: { encoder: text, tied: a } }
fusions: { fusion: concat, more: { use: concat, of: [fusion, a] } }
heads: { answer: { use: classification, trainable: probe } }`,
    );
    const parts = partsOf(manifest);
    expect(parts.map(({ key, section, name, kind, of, tied }) => [key, section, name, kind, of, tied])).toEqual([
      ['inputs.a', 'inputs', 'a', 'encoder', [], null],
      ['inputs.b', 'inputs', 'b', 'encoder', [], 'a'],
      ['fusion', 'fusions', 'fusion', 'fusion', ['a', 'b'], null],
      ['fusions.more', 'fusions', 'more', 'fusion', ['fusion', 'a'], null],
      ['heads.answer', 'heads', 'answer', 'head', ['more'], null],
    ]);
    expect(parts.map(({ path }) => path.join('/'))).toEqual(parts.map(({ key }) => key.replace('.', '/')));
    expect(parts.at(-1)).toMatchObject({ use: '@sensorium/head-classification', trainable: { mode: 'probe' } });
    const [first] = parts;
    const changed = withOptions(manifest, first!, { dim: 3 });
    expect(changed.inputs['a']?.options).toEqual({ dim: 3 });
    expect(manifest.inputs['a']?.options).toMatchObject({ dim: 8 });
    expect(changed.inputs['b']).toBe(manifest.inputs['b']);
  });

  it('gives tied inputs no options of their own', async () => {
    const { inputs } = await resolve(
      `inputs: { a: { encoder: text, dim: 8 }, b: { encoder: '@sensorium/encoder-text', tied: a, missing: skip } }\nfusion: concat\n${answer}`,
    );
    expect(inputs['b']).toMatchObject({ tied: 'a', options: {}, missing: 'skip', column: 'b' });
  });
});

describe('refuses', () => {
  it.each<[what: string, manifest: string, message: string, place: [line: number, column: number]]>([
    [
      'fusions that read each other in a circle',
      `${texts}fusions:\n  x: { use: concat, of: [a, y] }\n  y: { use: concat, of: [b, c, x] }\n${answer}`,
      'Fusions read each other in a circle: x → y → x.',
      [4, 25],
    ],
    [
      'a fusion of itself',
      `${texts}fusions:\n  x: { use: concat, of: [a, b, c, x] }\n${answer}`,
      'Fusions read each other in a circle: x → x.',
      [4, 25],
    ],
    [
      'both forms of fusions',
      `${texts}fusion: concat\nfusions: { x: concat }\n${answer}`,
      'The manifest has both "fusion" and "fusions".',
      [4, 1],
    ],
    [
      'an input that is not there',
      `${texts}fusions: { x: { use: concat, of: [a, b, cc] } }\n${answer}`,
      'fusions.x reads "cc", and there is no such input or fusion. Did you mean "c"?',
      [3, 34],
    ],
    [
      'a head of what is not there',
      `${texts}fusion: concat\nheads: { answer: { use: classification, of: fusio } }`,
      'heads.answer reads "fusio", and there is no such input or fusion. Did you mean "fusion"?',
      [4, 45],
    ],
    [
      'one name twice',
      `${texts}fusion: { use: concat, of: [a, b, c, a] }\n${answer}`,
      'fusion reads "a" twice.',
      [3, 28],
    ],
    [
      'an input and a fusion of one name',
      `${texts}fusions: { a: { use: concat, of: [b, c] }, x: { use: concat, of: [a] } }\n${answer}`,
      'An input and a fusion are both called "a".',
      [3, 12],
    ],
    [
      'several inputs of which nothing makes one',
      `${texts}${answer}`,
      'heads.answer does not say what it reads, and there are several inputs and no fusion.',
      [3, 10],
    ],
    [
      'an input that no head reads',
      `${texts}fusion: { use: concat, of: [a, b] }\n${answer}`,
      'No head reads inputs.c.',
      [2, 29],
    ],
    [
      'a fusion that no head reads',
      `${texts}fusions: { x: concat, y: { use: concat, of: [a] } }\nheads: { answer: { use: classification, of: x } }`,
      'No head reads fusions.y.',
      [3, 23],
    ],
    [
      'a head that decides and is none',
      `${texts}fusion: concat\n${answer}training: { decides: anser }`,
      'training.decides is "anser", which is no head. Did you mean "answer"?',
      [5, 22],
    ],
    [
      'a column for a head that needs none',
      'inputs: { a: text, b: text }\nheads: { space: { use: embedding, of: [a, b], column: x } }',
      'heads.space.column is "x", and @sensorium/head-embedding learns from no column.',
      [3, 47],
    ],
    [
      'a column and columns',
      `inputs: { a: { encoder: text, column: x, columns: [x, y] } }\n${answer}`,
      'inputs.a has both "column" and "columns".',
      [2, 42],
    ],
    [
      'many values of several columns',
      `inputs: { a: { encoder: text, many: 2, columns: [x, y] } }\n${answer}`,
      'inputs.a has both "columns" and "many".',
      [2, 31],
    ],
  ])('%s', async (_, manifest, message, [line, column]) => {
    const error = await failure(manifest);
    expect(error).toMatchObject({ code: 'SENSORIUM_MANIFEST_INVALID', location: { line, column } });
    expect(error.message.split('\n')[0]).toBe(message);
  });

  const tied = (b: string): string =>
    `inputs:\n  a: { encoder: text, dim: 8 }\n  b: ${b}\n  c: { encoder: text, tied: a }\nfusion: concat\n${answer}`;

  it.each<[what: string, input: string, message: string, column: number]>([
    [
      'nothing',
      '{ encoder: text, tied: d }',
      'inputs.b is tied to "d", which is no other input. Did you mean "a"?',
      29,
    ],
    ['itself', '{ encoder: text, tied: b }', 'inputs.b is tied to "b", which is no other input.', 29],
    ['a tied one', '{ encoder: text, tied: c }', 'inputs.b is tied to "c", which is tied itself.', 29],
    [
      'another encoder',
      '{ encoder: image, tied: a }',
      'inputs.b is tied to "a", which has the encoder text and not image.',
      17,
    ],
    [
      'one with options of its own',
      '{ encoder: text, tied: a, dim: 8 }',
      'inputs.b is tied to "a", and has the option "dim" of its own.',
      32,
    ],
    [
      'one that is trained otherwise',
      '{ encoder: text, tied: a, trainable: frozen }',
      'inputs.b is tied to "a", and has "trainable" of its own.',
      32,
    ],
  ])('an input that is tied to %s', async (_, input, message, column) => {
    const error = await failure(tied(input));
    expect(error).toMatchObject({ code: 'SENSORIUM_MANIFEST_INVALID', location: { line: 4, column } });
    expect(error.message.split('\n')[0]).toMatch(message.replace(/ Did.*/, ''));
  });
});
