import { readAddress } from '@sensorium/media';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { series, type Series } from './index.js';

const npy = (type: string, shape: string, numbers: ArrayBufferView): Uint8Array => {
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = new TextEncoder().encode(`${dictionary.padEnd(117)}\n`);
  const data = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0, ...header, ...data]);
};

conformsAsModality(series, {
  sources: [
    'a.csv',
    new TextEncoder().encode('t,x\n0,1\n0.5,\n0.5,3'),
    new Blob(['1;2\n;4']),
    '[[1, null], [3, 4]]',
    [1, null, 3],
    [{ x: 1, y: 2 }, { y: 3 }],
    npy('<f4', '(2, 2)', Float32Array.of(1, NaN, 3, 4)),
    { channels: ['x'], values: Float32Array.of(NaN, 2), time: Float64Array.of(3, 3.5) },
  ],
  bad: ['none.csv', '[[1', [], {}, 7, [null], { channels: ['x'], values: Float32Array.of(Infinity) }],
  files: new Map([['a.csv', new TextEncoder().encode('x,y\n1,2\n,4.5\n')]]),
});
conformsToReadme(series, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const io = { read: readAddress };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const of = (channels: string[], values: number[], time?: number[]): Series => ({
  channels,
  values: Float32Array.from(values),
  ...(time && { time: Float64Array.from(time) }),
});

describe('a series', () => {
  it.each<[string, Uint8Array, Series]>([
    ['CSV with empty cells', utf8('x,y\n1,\n,4.5\n'), of(['x', 'y'], [1, NaN, NaN, 4.5])],
    ['CSV that writes gaps out', utf8('x,y\nNaN,NA\nnull,1'), of(['x', 'y'], [NaN, NaN, NaN, 1])],
    ['CSV without names that begins with a gap', utf8(',2\n3,4'), of(['0', '1'], [NaN, 2, 3, 4])],
    [
      'dates',
      utf8('time,x\n2024-03-31,1\n2024-03-31 02:30,2\n2024-03-31T05:30:00.5+02:00,3'),
      of(['x'], [1, 2, 3], [0, 9000, 12600.5]),
    ],
    ['JSON with null', utf8('[[1, null], [null, 4]]'), of(['0', '1'], [1, NaN, NaN, 4])],
    ['JSON rows that lack a key', utf8('[{"x": 1, "y": 2}, {"y": 3}]'), of(['x', 'y'], [1, 2, NaN, 3])],
    ['NumPy, 32 bits', npy('<f4', '(2, 2)', Float32Array.of(1, NaN, 3, 4)), of(['0', '1'], [1, NaN, 3, 4])],
    ['NumPy, whole numbers', npy('<i8', '(3,)', BigInt64Array.of(1n, -2n, 3n)), of(['0'], [1, -2, 3])],
    ['NumPy, 64 bits', npy('<f8', '(1, 3)', Float64Array.of(1, 0.5, -4)), of(['0', '1', '2'], [1, 0.5, -4])],
  ])('is read from %s', async (_, bytes, expected) => {
    expect(await series.decode(bytes, io)).toEqual(expected);
    expect(await series.decode('a', { read: async () => bytes })).toEqual(expected);
  });

  it('is shown with its gaps', async () => {
    expect(await series.show(of(['x', 'y'], [1, NaN, NaN, 4], [0, 2]))).toEqual({
      kind: 'curve',
      x: 'time (s)',
      y: 'value',
      lines: {
        x: [
          [0, 1],
          [2, NaN],
        ],
        y: [
          [0, NaN],
          [2, 4],
        ],
      },
      alt: 'series of x, y, 2 rows, 2 s',
    });
  });

  it('leaves the event loop to others while it is read', async () => {
    const line = `${Array.from({ length: 20 }, (_, index) => index * 1.5).join()}\n`;
    const long = utf8(line.repeat(60_000));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await series.decode(long, io);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('refuses', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['a word', utf8('x,y\n1,abc'), /row 1, column "y" is "abc"; expected a number, or nothing/],
    ['Infinity', utf8('x\n1\nInfinity'), /row 2, column "x" is "Infinity"/],
    ['a number as text', utf8('["1"]'), /row 1, column "0" is "1"/],
    ['gaps alone', utf8('x,y\n,\n,'), /has gaps alone/],
    ['a gap in the times', utf8('t,x\n0,1\n,2'), /row 2, column "t" is empty; expected a number, or a date/],
    ['a date that there is not', utf8('time,x\n2024-02-31 10:00,1\n2024-13-01,2'), /row 2, column "time"/],
    ['an array of another rank', npy('<f4', '(1, 1, 2)', Float32Array.of(1, 2)), /is an array \[1,1,2\]; expected/],
    ['an array without rows', npy('<f4', '(0, 2)', new Float32Array()), /has no rows/],
    ['an array that is cut', npy('<f4', '(2, 2)', Float32Array.of(1, 2, 3)), /is cut or damaged/],
    ['an array of texts', npy('<U3', '(1,)', new Uint8Array(12)), /is a NumPy array of type <U3/],
  ])('%s', async (_, bytes, message) => {
    await expect(series.decode(bytes, { ...io, name: 'a.csv' })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringMatching(message),
      location: { file: 'a.csv' },
    });
  });
});
