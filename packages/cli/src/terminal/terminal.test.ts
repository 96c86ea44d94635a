import { PassThrough } from 'node:stream';
import { stripVTControlCharacters, styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatScores } from './metric.js';
import { beQuiet } from './output.js';
import { formatPanel } from './panel.js';
import { formatPredictions } from './prediction.js';
import { progressView } from './progress.js';
import { quote } from './quote.js';
import { formatTable } from './table.js';
import { bytes, decimal, duration, percent, plural } from './units.js';
import { plain, visible, withoutStyle } from './visible.js';
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
    expect(formatTable([{}, {}], [['a\u001b[31m\nb', 'c']])).toBe('a␛[31m b   c');
  });

  const wide = [
    ['@sensorium/encoder-image', '97.31 %', 'a convolutional encoder for pictures', '12,000'],
    ['text', '1.2 %', '猫', '7'],
  ];
  const tableIn = (room: number): string[] => formatTable([{}, {}, {}, { align: 'right' }], wide, room).split('\n');

  it('go on in the next line where they are wider than the terminal, the widest column first', () => {
    expect(tableIn(Infinity)).toHaveLength(2);
    expect(tableIn(80)).toEqual([
      '@sensorium/encoder-image   97.31 %   a convolutional encoder for          12,000',
      '                                     pictures',
      'text                       1.2 %     猫                                        7',
    ]);
  });

  it.each([80, 60, 50, 46])('fit into %i columns, and break no number', (room) => {
    const lines = tableIn(room);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(room);
    expect(lines.join(' ')).toMatch(/97\.31 %.*12,000/);
    expect(lines.join('').replace(/\s/g, '')).not.toContain('…');
  });

  it('cut what has no place to break, and are too wide rather than wrong', () => {
    expect(formatTable([{}, { align: 'right' }], [['Donaudampfschiff', '1,234,567']], 21)).toBe(
      'Donaudam…   1,234,567',
    );
    expect(formatTable([{}, { align: 'right' }], [['Schiff', '1,234,567']], 10)).toBe('Schiff   1,234,567');
  });

  it('refuse a row that is too short, whose cells would stand in the wrong columns', () => {
    expect(() => formatTable([{}, {}], [['a']])).toThrow('has 1 cells');
  });
});

describe('text of data', () => {
  const hostile = 'a\u001b]52;c;x\u0007b\r\u009b2Jc\u007f\u001b[8md\u202ee';

  it('does nothing to a terminal, and is shown', () => {
    expect(visible(hostile)).toBe('a␛]52;c;x␇b␍\\u009b2Jc\\u007f␛[8md\\u202ee');
    expect(visible(`two\nlines\tof ${styleText('bold', 'ours', { validateStream: false })}`)).toBe(
      'two\nlines\tof \u001b[1mours\u001b[22m',
    );
  });

  it('stays in its line, and has no style', () => {
    expect(plain('a \r\n b\tc\u001b[1md')).toBe('a b c␛[1md');
  });

  it('has no colour, not even one of those that we write, and cannot turn letters round', () => {
    expect(visible('\u001b[31mred\u001b[0m')).toBe('␛[31mred␛[0m');
    expect(visible('\u001b[1mnever ended\n')).toBe('␛[1mnever ended\n');
    expect(visible('\u001b[33mdanger\u001b[39m')).toBe('␛[33mdanger␛[39m');
    expect(visible('\u001b[1ma\u202eb\u001b[22m')).toBe('\u001b[1ma\\u202eb\u001b[22m');
    expect(withoutStyle('\u001b[1mbold\u001b[22m\n')).toBe('␛[1mbold␛[22m\n');
    expect(plain('gpj\u202e.exe\u2028x')).toBe('gpj\\u202e.exe x');
    // A family is one picture of four people and the joiners between them.
    expect(plain('👩‍👩‍👧‍👦')).toBe('👩‍👩‍👧‍👦');
  });

  it('leaves JSON the JSON that it was', () => {
    expect(JSON.parse(visible(JSON.stringify({ hostile })))).toEqual({ hostile });
  });
});

const linesOf = (text: string | undefined): string[] => stripVTControlCharacters(text ?? '').split('\n');

describe('panels', () => {
  const title = 'of interest';

  it('of matrices name the columns by letters', () => {
    const labels = ['red', 'blue'];
    const counts = [
      [1200, 0],
      [3, 4],
    ];
    expect(linesOf(formatPanel({ kind: 'matrix', title, rows: labels, columns: labels, counts }))).toEqual([
      '    truth ↓  answer →       a   b',
      'a   red                 1,200   ·',
      'b   blue                    3   4',
    ]);
    expect(linesOf(formatPanel({ kind: 'matrix', title, rows: labels, columns: ['blue', 'none'], counts }))).toEqual([
      '    truth ↓  answer →       a   b',
      '    red                 1,200   ·',
      'a   blue                    3   4',
      'b: none',
    ]);
  });

  it('leave a matrix out beyond 15 labels, and what is for the eye', () => {
    const labels = Array.from({ length: 16 }, (_, index) => String(index));
    const counts = labels.map(() => labels.map(() => 0));
    expect(formatPanel({ kind: 'matrix', title, rows: labels, columns: labels, counts })).toBeUndefined();
    expect(formatPanel({ kind: 'points', title, x: '', y: '', at: [] })).toBeUndefined();
  });

  it('of tables have numbers to the right', () => {
    const rows = [
      ['cat', 1200],
      ['dog', 0.5],
      ['cow', 0],
    ] as const;
    expect(linesOf(formatPanel({ kind: 'table', title, columns: ['word', 'n'], rows }))).toEqual([
      'word        n',
      'cat     1,200',
      'dog    0.5000',
      'cow         ·',
    ]);
    const many = Array.from({ length: 30 }, (_, index) => [index]);
    expect(linesOf(formatPanel({ kind: 'table', title, columns: ['n'], rows: many })).at(-1)).toBe('and 10 more');
  });

  it('of curves are as high as their values, with gaps', () => {
    const rise = Array.from({ length: 8 }, (_, x) => [x, x === 5 ? NaN : x * 10] as const);
    const lines = {
      rise,
      half: [
        [0, 0],
        [1, 35],
      ] as const,
      point: [[0, 0]] as const,
    };
    expect(linesOf(formatPanel({ kind: 'curve', title, x: 'share', y: 'score', lines }))).toEqual([
      'score over share',
      'rise   ▁▂▃▄▅ ▇█   0.0000 → 70.0000',
      'half   ▁▅         0.0000 → 35.0000',
    ]);
    const flat = Array.from({ length: 100 }, (_, x) => [x, 3] as const);
    const [, drawn] = linesOf(formatPanel({ kind: 'curve', title, x: 'x', y: 'y', lines: { flat } }));
    expect(drawn).toMatch(/^flat {3}▅{30} {3}3/);
    expect(formatPanel({ kind: 'curve', title, x: 'x', y: 'y', lines: { none: [] } })).toBeUndefined();
  });

  it('of bars are as long as their values', () => {
    expect(linesOf(formatPanel({ kind: 'bars', title, unit: '%', bars: { cat: 1, dog: -0.5, none: NaN } }))).toEqual([
      `cat    100.00 %   ${'█'.repeat(30)}`,
      `dog    -50.00 %   ${'░'.repeat(15)}`,
      'none      NaN %',
    ]);
  });
});

it('scores have the direction of every metric, and an arrow at the one that decides', () => {
  const scores = (accuracy: number) => ({
    decides: 'accuracy',
    metrics: {
      accuracy: { value: accuracy, better: 'higher', unit: '%' },
      mae: { value: 12.3, better: 'lower', unit: '°' },
    } as const,
  });
  const validation = { title: 'validation', scores: { answer: scores(0.91234), other: scores(1) } };
  const test = { title: 'test', scores: { answer: scores(0.9) } };
  expect(linesOf(formatScores([validation, test]))).toEqual([
    'head     metric     validation        test   better',
    'answer   accuracy      91.23 %     90.00 %   ↑ higher   ←',
    'answer   mae         12.3000 °   12.3000 °   ↓ lower',
    'other    accuracy     100.00 %           –   ↑ higher   ←',
    'other    mae         12.3000 °           –   ↓ lower',
  ]);
});

it('scores have their intervals beside them, the number of rows above, and what one gets without a model behind', () => {
  const metrics = {
    accuracy: {
      value: 0.7,
      interval: { low: 0.546, high: 0.819, level: 0.95 },
      baseline: { value: 0.375, title: 'always “no”' },
      better: 'higher',
      unit: '%',
    },
    mae: { value: 12.3, interval: { low: 10, high: 14.5, level: 0.95 }, better: 'lower', unit: '°' },
  } as const;
  expect(
    linesOf(formatScores([{ title: 'test', rows: 40, scores: { answer: { decides: 'accuracy', metrics } } }])),
  ).toEqual([
    'head     metric     test, n = 40   95 % interval         without a model         better',
    'answer   accuracy        70.00 %   54.6 … 81.9 %         37.50 % (always “no”)   ↑ higher   ←',
    'answer   mae           12.3000 °   10.0000 … 14.5000 °                           ↓ lower',
  ]);
});

it('predictions are a line each, with their confidence where they have one', () => {
  const predictions = { answer: { text: 'red', confidence: 0.9734 }, latitude: { text: '12.5 °' } };
  expect(linesOf(formatPredictions(predictions))).toEqual(['answer     red      97.3 %', 'latitude   12.5 °']);
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
  expect([0.5, 123_456_789_012_345, NaN].map((value) => decimal(value))).toEqual(['0.5000', '1.235e+14', 'NaN']);
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
    losses: { answer: 0.4, 'fusion.balance': 0.1 },
    score: { head: 'answer', name: 'accuracy', metric: { value: 0.75, better: 'higher', unit: '%' } },
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
      /^\repoch {2}1\/10 {3}loss 0\.5000 \(answer 0\.4000, fusion\.balance 0\.1000\) {3}answer\.accuracy 75\.00 % {3}0\.0 s\n$/,
    );
    const metric = { value: 0.6, better: 'lower' } as const;
    report({ ...epoch, losses: { answer: 0.5 }, score: { head: null, name: 'loss', metric } });
    expect(stripVTControlCharacters(written())).toMatch(/ {3}loss 0\.5000 {3}validation loss 0\.6000 {3}/);
  });

  it('is silent where quiet was asked for', () => {
    const { report, line, end, written } = view(true);
    beQuiet(true);
    report(training);
    report(epoch);
    line('a note');
    end();
    beQuiet(false);
    expect(written()).toBe('');
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
