import type { Head, Line, Model, Panel, PluginFiles, Scores, Tensor } from '@sensorium/contracts';
import { createScope, input } from '@sensorium/graph';
import { conformsAsHead, conformsToReadme, expectAllClose, runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { regression, type RegressionPrediction } from './index.js';

type Given = z.input<typeof regression.options>;

conformsAsHead(regression, {
  options: [{}, { mean: 10, deviation: 3, delta: 0.5, unit: 'kg' }],
  values: [12, -3, 7.5, 100, 8, 0],
  bad: [NaN, Infinity, 1e39],
});
conformsToReadme(regression, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const files: PluginFiles = new Map();
const create = (given: Given): Head<number, RegressionPrediction> =>
  regression.create(regression.options.parse(given), files, ['x']);
const learn = (given: Given, values: readonly number[]) =>
  regression.learn!(
    regression.options.parse(given),
    (async function* () {
      yield* values;
    })(),
    files,
  );
const vector = (...values: number[]): Tensor => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});

/** A model of one input, of which the head reads the pooled features [B,2] alone. */
function model(): Model {
  const port = (name: string, ...shape: number[]) => input(name, 'float32', ['batch', ...shape]);
  const x = {
    tokens: port('tokens', 1, 2),
    mask: port('mask', 1),
    pooled: port('pooled', 2),
    present: port('present', 1),
  };
  const nothing = () => expect.fail('regression reads the features alone');
  return { features: { x }, inputs: ['x'], input: nothing, encode: nothing, fuse: nothing };
}

// ŷ = 2 x₁ − x₂ + 0.5: 2.5, −0.5, 1.5
const weights: Record<string, Tensor> = {
  weight: { dtype: 'float32', shape: [2, 1], data: Float32Array.of(2, -1) },
  bias: vector(0.5),
};
const pooled: Tensor = { dtype: 'float32', shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, 0.5, 0) };

it('answers mean + deviation · (pooled W + b)', async () => {
  const outputs = create({ mean: 100, deviation: 10 }).answer!(createScope(), model());
  const { value } = await runGraph(outputs, { pooled }, weights);
  expectAllClose(value!, vector(125, 95, 115));
});

describe('the loss', () => {
  async function lossOf(given: Given, ...truths: number[]): Promise<number> {
    const head = create(given);
    const targets = truths.map((truth) => head.target!.prepare(truth)['value']!.data[0]);
    const loss = head.loss!(createScope(), model(), { value: input('value', 'float32', ['batch']) });
    const { result } = await runGraph({ result: loss }, { pooled, value: vector(...targets.map(Number)) }, weights);
    return Number(result!.data[0]);
  }

  it('is Huber’s: e²/2 up to delta, delta · (|e| − delta/2) beyond, in deviations', async () => {
    // Truths 120, 85, 145 are 2, −1.5, 4.5 deviations from the mean: e = 0.5, 1, −3.
    const loss = await lossOf({ mean: 100, deviation: 10, delta: 1.25 }, 120, 85, 145);
    expectAllClose([loss], [(0.5 ** 2 / 2 + 1 / 2 + 1.25 * (3 - 1.25 / 2)) / 3]);
  });

  it('is 0 for right answers', async () => {
    expect(await lossOf({ mean: 100, deviation: 10 }, 125, 95, 115)).toBe(0);
  });
});

describe('learning', () => {
  it('takes mean and deviation of the table', async () => {
    const { mean, deviation } = await learn({}, [2, 4, 4, 4, 5, 5, 7, 9]);
    expect(mean).toBeCloseTo(5, 12);
    expect(deviation).toBeCloseTo(2, 12);
  });

  it('is exact far from 0', async () => {
    const { mean, deviation } = await learn({}, [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]);
    expect(mean).toBe(1e9 + 10);
    expect(deviation).toBeCloseTo(Math.sqrt(22.5), 9);
  });

  it('keeps what is given', async () => {
    expect(await learn({ mean: 0, delta: 2 }, [1, 3])).toEqual({ mean: 0, deviation: 1, delta: 2 });
    expect(await learn({ mean: 0, deviation: 5, unit: 'm' }, [3, 3])).toEqual({
      mean: 0,
      deviation: 5,
      delta: 1,
      unit: 'm',
    });
  });

  it.each<[number[], string]>([
    [[], 'none'],
    [[5], 'only 5'],
    [[0.1, 0.1, 0.1], 'only 0.1'],
  ])('of the numbers %j fails: there is nothing to tell apart', async (values, found) => {
    await expect(learn({}, values)).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_TABLE',
      message: `regression needs at least two different numbers, and the training table has ${found}`,
    });
  });

  it.each([NaN, -Infinity, 3.5e38])('refuses %d, and names its row', async (value) => {
    await expect(learn({}, [1, value])).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: `${value} is no number to learn from; expected a finite one below 3.4e38`,
      location: { row: 2 },
    });
  });
});

describe('a prediction', () => {
  const textOf = (value: number, given: Given): string =>
    create({ mean: 0, ...given }).decode!({ value: vector(value) })[0]!.text;

  it('has the number, and a text to the third digit of the deviation', () => {
    expect(create({ mean: 0, deviation: 20 }).decode!({ value: vector(48.25) })).toEqual([
      { text: '48.3', value: 48.25 },
    ]);
  });

  it.each<[number, Given, string]>([
    [1995.4, { deviation: 300 }, '1995'],
    [0.01234567, { deviation: 0.05 }, '0.0123'],
    [-3.14159, { deviation: 1 }, '-3.14'],
    [-0.001, { deviation: 1 }, '0.00'],
    [72.5, { deviation: 9, unit: 'kg' }, '72.50 kg'],
  ])('%d with %j reads %s', (value, given, text) => {
    expect(textOf(value, given)).toBe(text);
  });
});

describe('the meter', () => {
  const head = create({ mean: 10, deviation: 2, unit: 'kg' });
  const target = (...truths: number[]) => ({
    value: vector(...truths.map((truth) => Number(head.target!.prepare(truth)['value']!.data[0]))),
  });
  function measure(answers: number[], truths: number[]): { badness: Float32Array; scores: Scores } {
    const meter = head.meter!();
    const badness = meter.add({ value: vector(...answers) }, target(...truths));
    return { badness, scores: meter.result() };
  }
  const pointsOf = (panel: Panel | undefined): Line => (panel?.kind === 'points' ? panel.at : expect.fail('no points'));

  // Errors 1, −2, 0, 3.
  const [answers, truths] = [
    [9, 10, 4, 5],
    [8, 12, 4, 2],
  ];
  const { badness, scores } = measure(answers, truths);

  it('computes what is computed by hand', () => {
    expect(scores.decides).toBe('mae');
    const { mae, rmse, r2 } = scores.metrics;
    expect(mae).toMatchObject({ value: 6 / 4, better: 'lower', unit: 'kg' });
    expect(rmse).toMatchObject({ value: Math.sqrt(14 / 4), better: 'lower', unit: 'kg' });
    // The truths' mean is 6.5: squared differences 2.25, 30.25, 6.25, 20.25.
    expect(r2?.value).toBeCloseTo(1 - 14 / 59, 12);
    expect(r2).toMatchObject({ better: 'higher' });
    expectAllClose(badness, [1, 2, 0, 3]);
  });

  it('says what always the same number would reach: the median, and the mean', () => {
    const { mae, rmse, r2 } = scores.metrics;
    // Of 2, 4, 8, 12 the lower median is 4: off by 2, 0, 4, 8. The mean is 6.5.
    expect(mae?.baseline).toEqual({ value: 3.5, title: 'always 4.00 kg' });
    expect(rmse?.baseline).toEqual({ value: expect.closeTo(Math.sqrt(59 / 4), 12) as number, title: 'always 6.50 kg' });
    expect(r2?.baseline).toEqual({ value: 0, title: 'always 6.50 kg' });
  });

  it('has intervals that hold its values', () => {
    for (const { value, interval } of Object.values(scores.metrics)) {
      expect(interval!.low).toBeLessThan(value);
      expect(interval!.high).toBeGreaterThan(value);
    }
  });

  it('says of an answer how far it is off', () => {
    const details = head.meter!().details!({ value: vector(9, 10, 4) }, target(8, 12, 4));
    expect(details.flat()).toEqual([
      { title: 'off by', text: '+1.00 kg' },
      { title: 'off by', text: '-2.00 kg' },
      { title: 'off by', text: '0.00 kg' },
    ]);
  });

  it('shows truths with answers, residuals with the zero line, and how errors are spread', () => {
    const [against, residuals, errors] = scores.panels!;
    expect(against).toMatchObject({ kind: 'points', x: 'truth (kg)', y: 'answer (kg)', ideal: 'diagonal' });
    expect(pointsOf(against)).toEqual([
      [8, 9],
      [12, 10],
      [4, 4],
      [2, 5],
    ]);
    expect(residuals).toMatchObject({ kind: 'points', x: 'answer (kg)', y: 'answer − truth (kg)', ideal: 'zero' });
    expect(pointsOf(residuals)).toEqual([
      [9, 1],
      [10, -2],
      [4, 0],
      [5, 3],
    ]);
    expect(errors).toMatchObject({
      kind: 'bars',
      bars: {
        '-2.0 … -1.5': 0.25,
        '-1.5 … -1.0': 0,
        '-1.0 … -0.5': 0,
        '-0.5 … 0.0': 0,
        '0.0 … 0.5': 0.25,
        '0.5 … 1.0': 0,
        '1.0 … 1.5': 0.25,
        '1.5 … 2.0': 0,
        '2.0 … 2.5': 0,
        '2.5 … 3.0': 0,
        '3.0 … 3.5': 0.25,
      },
    });
  });

  it('gives the same batch by batch', () => {
    const meter = head.meter!();
    answers.forEach((answer, row) => meter.add({ value: vector(answer) }, target(truths[row]!)));
    expect(meter.result()).toEqual(scores);
  });

  it('finds right answers perfect', () => {
    const { metrics, panels } = measure([8, 9], [8, 9]).scores;
    expect(Object.values(metrics).map(({ value }) => value)).toEqual([0, 0, 1]);
    expect(panels!.at(-1)).toMatchObject({ bars: { '0': 1 } });
  });

  it('has no R² where all truths are the same', () => {
    expect(Object.keys(measure([8, 9], [8, 8]).scores.metrics)).toEqual(['mae', 'rmse']);
  });

  it('shows at most 1,000 points of any number, spread over the whole table', () => {
    const meter = head.meter!();
    const count = 4100;
    for (let row = 0; row < count; row++) meter.add({ value: vector(row) }, target(row));
    const at = pointsOf(meter.result().panels![0]).map(([, answer]) => answer);
    expect(at.length).toBeLessThanOrEqual(1000);
    expect(at.length).toBeGreaterThanOrEqual(500);
    expect(new Set(at.slice(1).map((answer, index) => answer - at[index]!)).size).toBe(1);
    expect(at.at(-1)! - at[0]!).toBeGreaterThan(count * 0.99);
  });
});
