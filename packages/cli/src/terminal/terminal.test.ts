import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatConfusion } from './confusion.js';
import { progressView } from './progress.js';
import { quote } from './quote.js';
import { formatTable } from './table.js';
import { bytes, decimal, duration, percent, plural } from './units.js';
import { cut, widthOf } from './width.js';

describe('tables', () => {
  it('align left and right, wide letters counted as two', () => {
    const text = stripVTControlCharacters(
      formatTable(
        [{ title: 'name' }, { title: 'n', align: 'right' }],
        [
          ['猫', '1'],
          ['cat', '200'],
        ],
      ),
    );
    expect(text).toBe('name     n\n猫       1\ncat    200');
  });

  it('let no control character of the data through', () => {
    expect(formatTable([{}, {}], [['a\u001b[31m\nb', 'c']])).toBe('a [31m b   c');
  });
});

describe('confusion matrices', () => {
  it('name the columns by letters', () => {
    const text = formatConfusion({
      labels: ['red', 'blue'],
      counts: [
        [1200, 0],
        [3, 4],
      ],
    });
    expect(stripVTControlCharacters(text ?? '').split('\n')).toEqual([
      '    truth ↓  answer →       a   b',
      'a   red                 1,200   ·',
      'b   blue                    3   4',
    ]);
  });

  it('are left out beyond 15 labels', () => {
    const labels = Array.from({ length: 16 }, (_, index) => String(index));
    expect(formatConfusion({ labels, counts: labels.map(() => labels.map(() => 0)) })).toBeUndefined();
  });
});

it('cuts text at the width of a terminal', () => {
  expect(widthOf('e\u0301a')).toBe(2);
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdef', 5)).toBe('abcd…');
  expect(cut('猫猫猫', 4)).toBe('猫…');
});

it('writes quantities for people', () => {
  expect([0.84, 9.96, 59.6, 200, 3600, 7500].map(duration)).toEqual([
    '0.8 s',
    '10 s',
    '1 min 0 s',
    '3 min 20 s',
    '1 h 0 min',
    '2 h 5 min',
  ]);
  expect([0, 999, 1234, 5e6, 2.5e9].map(bytes)).toEqual(['0 bytes', '999 bytes', '1.2 kB', '5.0 MB', '2.5 GB']);
  expect([0.5, 123_456_789_012_345, NaN].map(decimal)).toEqual(['0.5000', '1.235e+14', 'NaN']);
  expect([percent(0.9734), plural(1, 'row'), plural(12_000, 'row')]).toEqual(['97.3 %', '1 row', '12,000 rows']);
});

it('quotes arguments for a shell', () => {
  expect(['a/b.yaml', 'a b', `it's`, ''].map(quote)).toEqual(['a/b.yaml', `'a b'`, `'it'\\''s'`, `''`]);
});

describe('progress', () => {
  const epoch = {
    phase: 'epoch',
    done: 1,
    total: 10,
    epoch: 1,
    epochs: 10,
    loss: 0.5,
    score: { name: 'accuracy', value: 0.75 },
  } as const;
  const training = { phase: 'train', done: 31, total: 100, epoch: 4, epochs: 10, loss: 0.25, secondsLeft: 80 } as const;

  function view(isTTY: boolean) {
    const stream = Object.assign(new PassThrough(), { isTTY, columns: 40 });
    const shown = progressView(stream as unknown as NodeJS.WriteStream);
    return { ...shown, written: () => String(stream.read() ?? '') };
  }

  it('is one line on a terminal, cut to its width, and gone at the end', () => {
    const { report, end, written } = view(true);
    report(training);
    expect(written()).toBe('\repoch 4/10   ██████░░░░░░░░░░░░░░   31…\x1b[K');
    end();
    expect(written()).toBe('\r\x1b[K');
  });

  it('keeps a line of every epoch', () => {
    const { report, written } = view(true);
    report(epoch);
    expect(stripVTControlCharacters(written())).toMatch(
      /^\repoch {2}1\/10 {3}loss 0\.5000 {3}accuracy 0\.7500 {3}0\.0 s\n$/,
    );
  });

  it('is plain and rare elsewhere', () => {
    const { report, end, written } = view(false);
    report(training);
    report(epoch);
    report(training);
    end();
    expect(stripVTControlCharacters(written())).toMatch(/^epoch {2}1\/10 .*\n$/);
  });
});
