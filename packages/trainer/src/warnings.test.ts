import { memoryStore } from '@sensorium/data';
import type { Manifest, Warning } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { check, evaluate, train, type Checked, type Planned } from './index.js';
import { from } from './testing/squares.js';

const manifest: Manifest = {
  sensorium: 1,
  inputs: { text: { encoder: 'text', dim: 8, heads: 2 } },
  heads: { label: 'classification' },
  training: { validation: 0.25, batchSize: 4, epochs: 1, seed: 3 },
};

interface Row {
  readonly text: string;
  readonly label: string;
}

/** As many rows as there are labels: what is said is one of ten things, and tells nothing. */
const rowsOf = (labels: readonly string[]): Row[] =>
  labels.map((label, index) => ({ text: `it is thing ${index % 10}`, label }));

const repeated = (label: string, count: number): string[] => Array.from({ length: count }, () => label);
const balanced = [...repeated('yes', 80), ...repeated('no', 80)];

const checkRows = (rows: readonly object[], change: Partial<Manifest> = {}): Promise<Checked> =>
  check({ ...manifest, ...change }, { rows, from, cache: memoryStore() });

const codes = (warnings: readonly Warning[]): string[] => warnings.map(({ code }) => code);

async function warningAbout(code: string, rows: readonly object[], change?: Partial<Manifest>): Promise<Warning> {
  const { warnings } = await checkRows(rows, change);
  const found = warnings.find((warning) => warning.code === code);
  expect(codes(warnings)).toContain(code);
  return found!;
}

describe('check says of a table', () => {
  it('how many rows are trained on, and what is held out and how', async () => {
    const { rows, heldOut, warnings, steps } = await checkRows(rowsOf(balanced));
    expect(rows).toEqual({ train: 120, validation: 40, test: 0 });
    expect(heldOut).toBe('40 rows, 25 % of the 160 rows of rows, drawn by chance');
    expect(steps).toEqual({ batchSize: 4, accumulate: 1, perEpoch: 30, epochs: 1, all: 30 });
    expect(warnings).toEqual([]);
  });

  it('what its columns hold, and what always the same answer reaches', async () => {
    const labels = [...repeated('yes', 120), ...repeated('no', 40)];
    const { columns } = await checkRows(rowsOf(labels));
    expect(columns).toEqual([
      {
        ...{ key: 'heads.label', columns: ['label'], modality: 'category', values: 2, missing: 0 },
        facts: ['2 labels', 'yes 75 %, no 25 %'],
        baseline: { metric: 'accuracy', value: 0.75, title: 'always “yes”', better: 'higher', unit: '%' },
      },
      {
        ...{ key: 'inputs.text', columns: ['text'], modality: 'text', values: 10, missing: 0 },
        facts: ['as a rule 4 words, at most 4', '13 different words are known'],
      },
    ]);
  });

  it('which rows lack a value', async () => {
    const inputs = { text: { encoder: 'text', dim: 8, heads: 2, missing: 'skip' } } as const;
    const rows = rowsOf(balanced).map((row, index) => (index % 8 === 0 ? { ...row, text: '' } : row));
    const { columns } = await checkRows(rows, { inputs });
    expect(columns[1]).toMatchObject({ missing: 20 });
  });
});

describe('check warns', () => {
  it('of labels that stand in one row, and of those that are held out whole', async () => {
    const alone = Array.from({ length: 10 }, (_, index) => `alone ${index}`);
    const rows = rowsOf([...balanced, ...alone]);
    const once = await warningAbout('label-once', rows);
    expect(once).toMatchObject({ key: 'heads.label', hint: expect.stringContaining('"other"') as string });
    expect(once.message).toMatch(/^10 labels stand in one row: "alone \d", .*, …$/);
    const training = { ...manifest.training, seed: 1 };
    const never = await warningAbout('label-untrained', rows, { training });
    expect(never.message).toBe(
      'all rows of 2 labels are held out, so that nothing is trained on them: "alone 1", "alone 9"',
    );
  });

  it('of a label for every row', async () => {
    const rows = rowsOf(Array.from({ length: 255 }, (_, index) => `name ${index}`));
    expect((await warningAbout('labels-once', rows)).message).toBe(
      '255 of 255 labels stand in one row each, of 255 rows: hardly anything repeats that could be learned',
    );
  });

  it('of few rows of a label, and of one label in nearly all rows', async () => {
    const rows = rowsOf([...repeated('no', 200), ...repeated('yes', 3)]);
    expect((await warningAbout('label-rare', rows)).message).toBe('1 label has fewer than 5 of 203 rows: "yes"');
    expect((await warningAbout('label-majority', rows)).message).toBe(
      '99 % of the rows are "no": who always says so is right as often',
    );
  });

  it('of labels that differ in white space or Unicode form alone', async () => {
    const labels = ['x', 'x ', 'x\u00a0', 'é', 'e\u0301'].flatMap((label) => repeated(label, 30));
    expect((await warningAbout('labels-alike', rowsOf(labels))).message).toBe(
      'labels that differ in case, white space or Unicode form alone are different ones: "e\\u0301" and "é", "x" and "x " and "x\\u00a0"',
    );
  });

  it('of labels that are given and stand nowhere', async () => {
    const heads = { label: { use: 'classification', labels: ['yes', 'no', 'perhaps'] } };
    expect((await warningAbout('label-absent', rowsOf(balanced), { heads })).message).toContain('"perhaps"');
  });

  it('of texts that are cut, in any table', async () => {
    const long = balanced.map((label) => ({ text: `${'word '.repeat(168)}${label}`, label }));
    expect((await warningAbout('text-cut', long)).message).toBe(
      '160 of 160 texts are longer than 128 tokens, the longest 169: what stands behind is not read',
    );
    const { warnings } = await check(manifest, { rows: rowsOf(balanced), test: long, from, cache: memoryStore() });
    expect(warnings.map(({ code, key, message }) => `${code} ${key} ${message}`)).toEqual([
      expect.stringMatching(/^text-cut inputs\.text in the test table, 160 of 160 texts are longer than 4 tokens/),
      expect.stringMatching(/^words-unknown inputs\.text in the test table, 100 % of the words .*“word”, “yes”, “no”$/),
    ]);
  });

  it('of words beyond the vocabulary', async () => {
    const inputs = { text: { encoder: 'text', dim: 8, heads: 2, maxVocabulary: 3 } };
    const warning = await warningAbout('words-unknown', rowsOf(balanced), { inputs });
    expect(warning.message).toBe(
      '25 % of the words are beyond the vocabulary and look alike to the model: “0”, “1”, “2”, “3”, “4”, …',
    );
  });

  it('of words that never come again', async () => {
    const rows = balanced.map((label, index) => ({ text: `code${index}x`, label }));
    expect((await warningAbout('words-once', rows)).message).toMatch(/^160 of 160 different words/);
  });

  it('of an input and a head on one column', async () => {
    const inputs = { text: { encoder: 'text', dim: 8, heads: 2, column: 'label' } };
    expect(await warningAbout('answer-among-inputs', rowsOf(balanced), { inputs })).toMatchObject({
      key: 'heads.label',
      message: expect.stringContaining('the column label, which inputs.text reads, too') as string,
    });
  });

  it('of few rows', async () => {
    const few = await warningAbout('few-rows', rowsOf(balanced.slice(70, 90)));
    expect(few.message).toBe('there are 15 rows to train on and 5 held out: so few are learned by heart');
    const held = await warningAbout('few-rows', rowsOf(balanced), { training: { validation: 0.1 } });
    expect(held.message).toBe(
      'there are 144 rows to train on and 16 held out: a score of so few is a matter of chance',
    );
  });
});

it('a training says the same at its start, and keeps it with its scores', async () => {
  const rows = rowsOf([...balanced, 'alone']);
  const { warnings } = await checkRows(rows);
  expect(codes(warnings)).toEqual(['label-once']);
  const told: Checked['warnings'][] = [];
  const onPlan = (planned: Planned): void => void told.push(planned.warnings);
  const { metrics } = await train(manifest, { rows, from, cache: memoryStore(), onPlan });
  expect(told).toEqual([warnings]);
  expect(metrics.warnings).toEqual(warnings);
  expect(metrics.heldOut).toContain('drawn by chance');
});

it('an evaluation says what of its table the model does not see', async () => {
  const cache = memoryStore();
  const model = await train(manifest, { rows: rowsOf(balanced), from, cache });
  const data = [{ text: 'it is thing 1 or another, who knows', label: 'yes' }];
  const { warnings } = await evaluate(model, { data, from, cache });
  expect(warnings.map(({ code, key }) => `${key} ${code}`)).toEqual([
    'inputs.text text-cut',
    'inputs.text words-unknown',
  ]);
  expect((await evaluate(model, { data: rowsOf(balanced), from, cache })).warnings).toEqual([]);
});
