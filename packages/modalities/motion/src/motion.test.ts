import type { Source } from '@sensorium/contracts';
import { readAddress } from '@sensorium/media';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { motion, type Motion, timesOf } from './index.js';

conformsAsModality(motion, {
  sources: [
    'a.csv',
    new TextEncoder().encode('t,x\n0,1\n0.5,2\n0.5,3'),
    new Blob(['1;2\n3;4']),
    '[[1, 2], [3, 4]]',
    [1, 2, 3],
    [{ x: 1, y: 2 }],
    { channels: ['x', 'y'], values: [[1, 2]], time: 50 },
    { channels: ['x'], values: Float32Array.of(1, 2), time: Float64Array.of(3, 3.5) },
  ],
  bad: ['none.csv', '[[1', [], {}, 7, new Uint8Array(9), { channels: ['x'], values: Float32Array.of(NaN) }],
  files: new Map([['a.csv', new TextEncoder().encode('x,y\n1,2\n3,4.5\n')]]),
});
conformsToReadme(motion, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const io = { read: readAddress };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const series = (channels: string[], values: number[], time?: number | number[]): Motion => ({
  channels,
  values: Float32Array.from(values),
  ...(time !== undefined && { time: typeof time === 'number' ? time : Float64Array.from(time) }),
});

describe('a series', () => {
  it.each<[string, string, Motion]>([
    ['CSV', 'x,y\n1,2\n3,4.5\n', series(['x', 'y'], [1, 2, 3, 4.5])],
    [
      'CSV of Windows, with a mark, spaces and quotes',
      '\ufeff"x", "y"\r\n1, 2\r\n3,4\r\n',
      series(['x', 'y'], [1, 2, 3, 4]),
    ],
    ['CSV without names', '1,2\n3,4', series(['0', '1'], [1, 2, 3, 4])],
    ['one column', 'x\n1\n-2e3', series(['x'], [1, -2000])],
    ['tabs', 'x\ty\n1\t2', series(['x', 'y'], [1, 2])],
    ['semicolons', 'x;y\n1;2', series(['x', 'y'], [1, 2])],
    ['a column of seconds', 'x,time\n1,0.5\n2,0.75', series(['x'], [1, 2], [0, 0.25])],
    ['a column of milliseconds', 'timestamp_ms,x\n1700000000000,1\n1700000000500,2', series(['x'], [1, 2], [0, 0.5])],
    ['a column of microseconds', 'T (us),x\n0,1\n500000,2', series(['x'], [1, 2], [0, 0.5])],
    ['a list of numbers', '[1, 2, 3]', series(['0'], [1, 2, 3])],
    ['a list of lists', '[[1, 2], [3, 4]]', series(['0', '1'], [1, 2, 3, 4])],
    ['a list of objects', '[{"x": 1, "t": 0}, {"t": 0.5, "x": 3}]', series(['x'], [1, 3], [0, 0.5])],
    ['an object', ' {"values": [[1, 2]], "channels": ["x", "y"], "time": 50}', series(['x', 'y'], [1, 2], 50)],
    ['an object with times', '{"values": [1, 2], "time": [3, 3.5]}', series(['0'], [1, 2], [3, 3.5])],
  ])('is read from %s', async (_, text, expected) => {
    expect(await motion.decode(utf8(text), io)).toEqual(expected);
    expect(await motion.decode(new Blob([text]), io)).toEqual(expected);
    expect(await motion.decode('a.csv', { read: async () => utf8(text) })).toEqual(expected);
  });

  it('is read from JSON in a cell, as text and as values', async () => {
    for (const rows of [
      [
        [1, 2],
        [3, 4],
      ],
      { values: [{ x: 1 }, { x: 2 }], time: 10 },
    ]) {
      const expected = await motion.decode(utf8(JSON.stringify(rows)), io);
      expect(await motion.decode(JSON.stringify(rows), io)).toEqual(expected);
      expect(await motion.decode(rows, io)).toEqual(expected);
    }
  });

  it('is given back where it is decoded', async () => {
    const decoded = series(['x'], [1, 2], [0, 0]);
    expect(await motion.decode(decoded, io)).toBe(decoded);
  });

  it('knows when its rows were', () => {
    expect([...timesOf(series(['x', 'y'], [0, 0, 0, 0, 0, 0], 4))]).toEqual([0, 0.25, 0.5]);
    expect([...timesOf(series(['x'], [0, 0, 0], [0, 2, 2.5]))]).toEqual([0, 2, 2.5]);
    expect([...timesOf(series(['x'], [0, 0, 0]))]).toEqual([0, 1, 2]);
  });
});

describe('people see', () => {
  it('a line for each channel over time', () => {
    expect(motion.show(series(['x', 'y'], [1, 2, 3, 4], 4))).toEqual({
      kind: 'curve',
      x: 'time (s)',
      y: 'value',
      lines: {
        x: [
          [0, 1],
          [0.25, 3],
        ],
        y: [
          [0, 2],
          [0.25, 4],
        ],
      },
      alt: 'motion of x, y, 2 rows, 0.5 s',
    });
  });

  it('rows where nobody knows the time, and of a long series some', () => {
    const shown = motion.show(
      series(
        ['x'],
        Array.from({ length: 1700 }, (_, row) => row),
      ),
    );
    expect(shown).toMatchObject({ x: 'row', alt: 'motion of x, 1700 rows' });
    const line = 'lines' in shown ? shown.lines['x']! : [];
    expect(line.length).toBeLessThanOrEqual(500);
    expect(line.slice(0, 2)).toEqual([
      [0, 0],
      [4, 4],
    ]);
    expect(line.at(-1)?.[0]).toBeGreaterThan(1690);
  });
});

describe('refuses', () => {
  it.each<[string, string, RegExp]>([
    ['nothing', ' \n', /is empty/],
    ['a header alone', 'x,y\n', /has no rows/],
    ['a cell without number', 'x,y\n1,2\n3,\n', /row 2, column "y" is empty; expected a number/],
    ['a word', 'x,y\n1,abc', /row 1, column "y" is "abc"; expected a number/],
    ['NaN', 'x\n1\nNaN', /row 2, column "x" is "NaN"/],
    ['Infinity', 'x\n1\nInfinity', /row 2, column "x" is "Infinity"/],
    ['a number beyond 32 bits', 'x,y\n1,1e39', /has Infinity in row 1, channel "y"/],
    ['a decimal comma', 'x;y\n1,5;2', /row 1, column "x" is "1,5"/],
    ['a row that is too short', 'x,y\n1,2\n3', /row 2 has 1 cells, and the first line 2/],
    ['one name twice', 'x,x\n1,2', /two channels called "x"/],
    ['times alone', 't\n1\n2', /has no channels/],
    ['times that go back', 't,x\n0,1\n0.5,2\n0.25,3', /the time 0.25 in row 3, and 0.5 in the row before/],
    ['a bad time', 't,x\n0,1\nnow,2', /row 2, column "t" is "now"/],
    ['a web page', '<!DOCTYPE html>\n<p>404</p>', /column "<!DOCTYPE html>" is "<p>404<\/p>"/],
    ['broken JSON', '[[1, 2', /begins as JSON, but is none/],
    ['an empty list', '[]', /has no rows/],
    ['empty rows', '[[], []]', /has no channels/],
    ['rows of different length', '[[1, 2], [3]]', /row 2 has 1 values; expected the 2 of 0, 1/],
    ['rows of different kinds', '[[1], 2]', /row 2 has 2; expected the 1 of 0/],
    ['rows with other keys', '[{"x": 1}, {"x": 1, "y": 2}]', /row 2 has an object; expected the 1 of x/],
    ['rows without a key', '[{"x": 1, "y": 2}, {"x": 1}]', /row 2, column "y" is undefined/],
    ['nested lists', '[[[1]]]', /row 1, column "0" is an array/],
    ['null', '[null]', /row 1, column "0" is null/],
    ['a number as text', '["1"]', /row 1, column "0" is "1"/],
    ['a key that it does not know', '{"values": [1], "rate": 5}', /has the key "rate"; expected values, channels and/],
    ['an object without values', '{"channels": ["x"]}', /has the values undefined/],
    ['channels that are none', '{"values": [1], "channels": "x"}', /has the channels "x"/],
    ['more channels than values', '{"values": [[1]], "channels": ["x", "y"]}', /row 1 has 1 values; expected the 2 of/],
    ['a rate of 0', '{"values": [1], "time": 0}', /has 0 rows a second/],
    ['a time in words', '{"values": [1], "time": "1 s"}', /has the time "1 s"/],
    ['too few times', '{"values": [1, 2], "time": [0]}', /has 1 times for 2 rows/],
  ])('%s', async (_, text, message) => {
    await expect(motion.decode(utf8(text), { ...io, name: 'a.csv' })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringMatching(message),
      location: { file: 'a.csv' },
    });
  });

  it.each<[string, unknown]>([
    ['a number', 7],
    ['null', null],
    ['some object', { x: [1, 2] }],
    ['no channels', { values: Float32Array.of(1) }],
    ['channels that are no names', { channels: 'x', values: Float32Array.of(1) }],
    ['values that do not fit', { channels: ['x', 'y'], values: Float32Array.of(1, 2, 3) }],
    ['no values', { channels: ['x'], values: new Float32Array() }],
    ['NaN', { channels: ['x'], values: Float32Array.of(NaN) }],
    ['times of another type', { channels: ['x'], values: Float32Array.of(1), time: '5' }],
    ['a time that is NaN', { channels: ['x'], values: Float32Array.of(1), time: Float64Array.of(NaN) }],
  ])('as a source or a decoded value: %s', async (_, source) => {
    await expect(motion.decode(source as Source, io)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
  });

  it('bytes that are no text, too many of them, and to go on after an abort', async () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);
    await expect(motion.decode(jpeg, io)).rejects.toThrow(/looks like a picture \(JPEG\)/);
    const large = { code: 'SENSORIUM_MEDIA_TOO_LARGE' };
    await expect(motion.decode(new Uint8Array(2 ** 26 + 1), io)).rejects.toMatchObject(large);
    await expect(motion.decode(`[${' '.repeat(2 ** 26)}]`, io)).rejects.toMatchObject(large);
    const aborted = { ...io, signal: AbortSignal.abort() };
    await expect(motion.decode(utf8('x\n1'), aborted)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
