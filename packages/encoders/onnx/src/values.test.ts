import type { Series } from '@sensorium/modality-series';
import { conformsAsModality, expectAllClose } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { bytes } from './bytes-modality.js';
import { onnx } from './index.js';
import { featuresOf, floats, learn, numbers, runFiles, sampleOf, type Given } from './testing/run.js';
import { sequenceFiles as files, tokenizer } from './testing/sequences.js';

const refused =
  (given: Given, value: never, own = files) =>
  async () =>
    onnx.create(await learn(given, [value], own), own).prepare(value);

describe('a text', () => {
  const given: Given = { modality: 'text', file: 'words.onnx', tokenizer: 'tokenizer.json' };
  const idsOf = async (text: string, options: Partial<Given> = {}): Promise<number[]> =>
    numbers(onnx.create(await learn({ ...given, ...options }, ['a red circle'], files), files).prepare(text)['ids']!);

  it('is the ids of its tokenizer, padded, and cut before what stands behind it', async () => {
    expect(await idsOf('A red circle')).toEqual([1, 3, 4, 5, 2]);
    expect(await idsOf('red')).toEqual([1, 4, 2, 0, 0]);
    expect(await idsOf('red circle red red', { length: 4 })).toEqual([1, 4, 5, 2]);
    const padding = { ...tokenizer, padding: { pad_id: 3 } };
    expect(await idsOf('red', { tokenizerJson: padding })).toEqual([1, 4, 2, 3, 3]);
  });

  it('goes into the file with a mask, and its tokens are those of the text', async () => {
    const { tokens, mask, pooled } = await featuresOf(given, ['a red circle', 'red'], files);
    expect(sampleOf(mask, 1)).toEqual([1, 1, 1, 0, 0]);
    const int64 = (values: readonly number[]) =>
      ({ dtype: 'int64', shape: [1, values.length], data: BigInt64Array.from(values, BigInt) }) as const;
    const hidden = await runFiles(files.get('words.onnx')!, async (run) => {
      const ids = { input_ids: int64([1, 4, 2]), attention_mask: int64([1, 1, 1]), token_type_ids: int64([0, 0, 0]) };
      return (await run(ids))('hidden');
    });
    expectAllClose(sampleOf(tokens, 1).slice(0, 12), hidden);
    expectAllClose(
      sampleOf(pooled, 1),
      [0, 1, 2, 3].map((at) => (hidden[at]! + hidden[4 + at]! + hidden[8 + at]!) / 3),
    );
    const first = await featuresOf({ ...given, pool: 'first' }, ['a red circle', 'red'], files);
    expectAllClose(sampleOf(first.pooled, 1), hidden.slice(0, 4));
  });

  it('that is cut is told', async () => {
    const encoder = onnx.create(await learn({ ...given, length: 4 }, [], files), files);
    expect(encoder.notes!('red red red')).toEqual(['cut to 4 of 5 tokens']);
    expect(encoder.notes!('red red')).toEqual([]);
  });

  it.each<[string, Given, string, string]>([
    ['no tokenizer', { ...given, tokenizer: undefined }, 'SENSORIUM_MANIFEST_INVALID', 'nothing says how a text'],
    ['none that is JSON', { ...given, tokenizer: 'words.onnx' }, 'SENSORIUM_BAD_MODEL', 'this is no tokenizer.json'],
    [
      'JSON that is none',
      { ...given, tokenizer: 'no-tokenizer.json' },
      'SENSORIUM_BAD_MODEL',
      'this is no tokenizer.json that can be used',
    ],
    ['no room', { ...given, length: 1 }, 'SENSORIUM_MANIFEST_INVALID', '1 tokens are read, and 2 stand around'],
  ])('with %s is refused', async (_, options, code, message) => {
    await expect(learn(options, ['red'], files)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('bytes', () => {
  const given: Given = { modality: 'bytes', file: 'bytes.onnx', first: 8, last: 4 };
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);

  it('are those at both ends of a file, without white space around it', async () => {
    const encoder = onnx.create(await learn(given, [], files), files);
    const read = (value: string): string =>
      numbers(encoder.prepare(text(value))['bytes']!)
        .map((byte) => (byte === 256 ? '·' : String.fromCharCode(byte)))
        .join('');
    expect(read('\n  abcdefghijklmnop \t')).toBe('abcdefghmnop');
    expect(read(' ab ')).toBe('ab ······ ab');
    expect(read('')).toBe('············');
    expect(read(`${'x'.repeat(9000)}end`)).toBe('xxxxxxxxxend');
  });

  it('go into the file as they are', async () => {
    const value = text('abcdefghijkl');
    const { pooled } = await featuresOf(given, [value], files);
    const expected = await runFiles(files.get('bytes.onnx')!, async (run) =>
      (await run({ bytes: { dtype: 'int32', shape: [1, 12], data: Int32Array.from(value) } }))('y'),
    );
    expectAllClose(numbers(pooled), expected);
  });
});

conformsAsModality(bytes, {
  sources: ['a.bin', Uint8Array.of(1, 2, 3), new Blob(['a']), Uint8Array.of(), new Uint8Array(100).fill(7)],
  bad: [{}, ['a'], 3, 'missing.bin'],
  files: new Map([['a.bin', Uint8Array.of(0, 255)]]),
});

describe('a series', () => {
  const given: Given = { modality: 'series', file: 'rows.onnx', columns: ['a', 'b'], layout: 'NCT', hop: 1, fill: 9 };
  const series: Series = { channels: ['b', 'x', 'a'], values: Float32Array.of(1, 0, 2, NaN, 0, 4, 5, 0, 6, 7, 0, 8) };

  it('goes into the file in windows of the columns that it takes, gaps filled', async () => {
    const { tokens } = await featuresOf(given, [series], files);
    const [a, b] = [
      [2, 4, 6, 8],
      [1, 9, 5, 7],
    ] as const;
    const expected = await runFiles(files.get('rows.onnx')!, async (run) => {
      const both = [0, 1].map((row) =>
        run({ x: floats([1, 2, 3], [...a.slice(row, row + 3), ...b.slice(row, row + 3)]) }),
      );
      return (await Promise.all(both)).flatMap((outputs) => outputs('y'));
    });
    expectAllClose(numbers(tokens), expected);
  });

  it('has all its columns, and is as long as the longest, where nobody says', async () => {
    const learned = await learn({ modality: 'series', file: 'frames.onnx', fill: 0, window: 1 }, [series], files).catch(
      (error: Error) => error.message,
    );
    expect(learned).toContain('[n,8]');
    expect(
      await learn({ ...given, columns: undefined, shapes: undefined }, [{ ...series, channels: ['a', 'b'] }], files),
    ).toMatchObject({
      columns: ['a', 'b'],
      length: 6,
      window: 3,
    });
    const encoder = onnx.create(await learn({ ...given, length: 3 }, [], files), files);
    expect(encoder.notes!(series)).toEqual(['cut to the first 3 of 4 rows']);
  });

  it.each<[string, Partial<Given>, string]>([
    ['a gap that nothing fills', { fill: undefined }, 'a gap in row 2, column "b"'],
    ['a column that is not there', { columns: ['a', 'y'] }, 'no column "y" in a value'],
  ])('with %s is refused', async (_, options, message) => {
    await expect(refused({ ...given, ...options }, series as never)()).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('a row of a table', () => {
  const given: Given = { modality: 'table', file: 'columns.onnx', categories: { city: ['Oslo', 'Rome'] } };

  it('gives each input of the file the column of its name', async () => {
    const { pooled } = await featuresOf(given, [{ city: 'Rome', more: '7', age: '31.5' }], files);
    const expected = await runFiles(files.get('columns.onnx')!, async (run) =>
      (await run({ age: floats([1, 1], [31.5]), city: floats([1, 1], [1]) }))('y'),
    );
    expectAllClose(numbers(pooled), expected);
  });

  it('gives one input all columns, in their order, or in that of the options', async () => {
    const row = { a: 1, b: true, c: '' };
    for (const [columns, values] of [
      [undefined, [1, 1, 40]],
      [
        ['c', 'a', 'b'],
        [40, 1, 1],
      ],
    ] as const) {
      const options: Given = {
        modality: 'table',
        file: 'together.onnx',
        fill: 40,
        ...(columns && { columns: [...columns] }),
      };
      const { pooled } = await featuresOf(options, [row], files);
      const expected = await runFiles(files.get('together.onnx')!, async (run) =>
        (await run({ row: floats([1, 3], values) }))('y'),
      );
      expectAllClose(numbers(pooled), expected);
    }
  });

  it.each<[string, Readonly<Record<string, string | null>>, string]>([
    [
      'an unknown category',
      { age: '3', city: 'Rom' },
      '"Rom" is none of the categories of "city". Did you mean "Rome"?',
    ],
    ['a word where a number is', { age: 'old', city: 'Rome' }, '"old" in "age" is no number'],
    ['an empty cell', { age: null, city: 'Rome' }, 'a row has nothing in "age"'],
  ])('with %s is refused', async (_, row, message) => {
    await expect(refused(given, row as never)()).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringContaining(message) as string,
    });
  });

  it('that lacks a column is refused', async () => {
    await expect(refused({ ...given, columns: ['age', 'town'] }, { age: 1 } as never)()).rejects.toThrow(
      /nothing says what "city"/,
    );
    const options: Given = { ...given, file: 'together.onnx', columns: ['a', 'b', 'c'] };
    await expect(refused(options, { a: '1', b: '2' } as never)()).rejects.toThrow(/a row has no column "c"/);
  });
});

describe('options of other values are refused, such as', () => {
  it.each<[Given, string, string]>([
    [{ file: 'a.onnx', rate: 16000 }, 'rate', 'is an option of audio, and this input is image'],
    [{ file: 'a.onnx', modality: 'audio', size: 224 }, 'size', 'is an option of image, and this input is audio'],
    [{ file: 'a.onnx', modality: 'text', mean: [1, 2] }, 'mean', 'is an option of image, audio, series, table'],
    [{ file: 'a.onnx', modality: 'table', length: 4 }, 'length', 'is an option of text, series'],
    [{ file: 'a.onnx', modality: 'series', layout: 'NHWC' }, 'layout', 'of series is NCT or NTC'],
  ])('%o', (given, option, message) => {
    const { error } = onnx.options.safeParse(given);
    expect(error?.issues).toMatchObject([{ path: [option], message: expect.stringContaining(message) as string }]);
  });

  it('but what training wrote down, with every default, is read again', () => {
    for (const modality of ['image', 'audio', 'text', 'bytes', 'series', 'table'] as const) {
      const full = onnx.options.parse({ file: 'a.onnx', modality });
      expect(onnx.options.parse(full)).toEqual(full);
    }
  });
});
