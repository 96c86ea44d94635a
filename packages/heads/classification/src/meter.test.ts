import type { Scores, Tensor } from '@sensorium/contracts';
import { share } from '@sensorium/statistics';
import { expectAllClose } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { classification } from './index.js';

const create = (given: { readonly labels: string[] }) =>
  classification.create(classification.options.parse(given), new Map(), ['x']);
const matrix = (rows: readonly (readonly number[])[]): Tensor => ({
  dtype: 'float32',
  shape: [rows.length, rows[0]?.length ?? 0],
  data: Float32Array.from(rows.flat()),
});
const indices = (...values: number[]): Tensor => ({
  dtype: 'int64',
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

describe('the meter', () => {
  const labels = ['a', 'b', 'c', 'never'];
  function measure(rows: readonly (readonly number[])[], ...truths: number[]) {
    const meter = create({ labels }).meter!();
    const badness = meter.add({ probabilities: matrix(rows) }, { label: indices(...truths) });
    return { badness, scores: meter.result() };
  }
  const values = ({ metrics }: Scores) =>
    Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));

  // Truths a a a b c; answers a a b b a.
  const rows = [
    [0.9, 0.1, 0, 0],
    [0.6, 0.4, 0, 0],
    [0.3, 0.7, 0, 0],
    [0.1, 0.8, 0.1, 0],
    [0.5, 0.25, 0.25, 0],
  ];
  const { badness, scores } = measure(rows, 0, 0, 0, 1, 2);

  it('counts what was taken for what', () => {
    expect(scores.panels?.[0]).toMatchObject({
      kind: 'matrix',
      rows: labels,
      columns: labels,
      counts: [
        [2, 1, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    });
  });

  it('of many labels lists the pairs that were confused, in a panel of kilobytes', () => {
    const many = Array.from({ length: 6500 }, (_, label) => `label ${label}`);
    const meter = create({ labels: many }).meter!();
    const answers = [1, 1, 2, 4000, 4000, 4000, 17];
    const truths = [1, 5, 2, 6499, 6499, 7, 6499];
    for (const [index, answer] of answers.entries()) {
      const probabilities = new Float32Array(many.length);
      probabilities[answer] = 1;
      meter.add(
        { probabilities: { dtype: 'float32', shape: [1, many.length], data: probabilities } },
        { label: indices(truths[index]!) },
      );
    }
    const scores = meter.result();
    expect(scores.panels?.[0]).toMatchObject({
      kind: 'table',
      meaning: 'A matrix of 6,500 labels would be too large; these are 4 of the 4 pairs that were confused.',
      rows: [
        ['label 6499', 'label 4000', 2, 3],
        ['label 5', 'label 1', 1, 1],
        ['label 7', 'label 4000', 1, 1],
        ['label 6499', 'label 17', 1, 3],
      ],
    });
    expect(JSON.stringify(scores).length).toBeLessThan(10_000);
  });

  it('draws how often answers are right that are so sure, by fifteenths', () => {
    const same = [0.75, 0.25, 0, 0];
    const [, panel] = measure([same, same, same, same, [0.01, 0.02, 0.97, 0]], 0, 0, 0, 1, 2).scores.panels ?? [];
    expect(panel).toMatchObject({
      kind: 'bins',
      ideal: 'diagonal',
      bins: [
        { from: 11 / 15, to: 12 / 15, at: 0.75, value: 0.75, count: 4, interval: share(3, 4).interval },
        { from: 14 / 15, to: 1, at: expect.closeTo(0.97, 6) as number, value: 1, count: 1 },
      ],
    });
  });

  it('names the second label, and where the answer is wrong how probable the right one is', () => {
    const meter = create({ labels }).meter!();
    const given = matrix([
      [0.5, 0.25, 0.25, 0],
      [0.125, 0.75, 0.125, 0],
      [0, 0.25, 0.625, 0.125],
    ]);
    expect(meter.details!({ probabilities: given }, { label: indices(0, 2, 1) })).toEqual([
      [{ title: 'runner-up', text: 'b', confidence: 0.25 }],
      [
        { title: 'runner-up', text: 'a', confidence: 0.125 },
        { title: 'right', text: 'c', confidence: 0.125 },
      ],
      [{ title: 'runner-up, and right', text: 'b', confidence: 0.25 }],
    ]);
  });

  it('says how far scores may lie from those of other samples: accuracy by Wilson, the others by resampling', () => {
    const { accuracy, balancedAccuracy, macroF1, crossEntropy } = scores.metrics;
    expect(accuracy!.interval).toEqual(share(3, 5).interval);
    for (const metric of [balancedAccuracy!, macroF1!, crossEntropy!]) {
      expect(metric.interval!.low).toBeLessThan(metric.value);
      expect(metric.interval!.high).toBeGreaterThan(metric.value);
    }
  });

  it('computes what is computed by hand', () => {
    expect(scores.decides).toBe('accuracy');
    const { accuracy, balancedAccuracy, macroF1, crossEntropy, calibrationError } = values(scores);
    expect(accuracy).toBeCloseTo(3 / 5, 12);
    // Recall: a 2/3, b 1, c 0; a label that does not occur counts not at all.
    expect(balancedAccuracy).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12);
    // F1 = 2 · right / (truths + answers): a 4/6, b 2/3, c 0/1.
    expect(macroF1).toBeCloseTo((4 / 6 + 2 / 3 + 0) / 3, 12);
    expect(crossEntropy).toBeCloseTo(-Math.log(0.9 * 0.6 * 0.3 * 0.8 * 0.25) / 5, 6);
    // Five bins with one answer each: confidence 0.9, 0.6, 0.7, 0.8, 0.5; right yes, yes, no, yes, no.
    expect(calibrationError).toBeCloseTo((0.1 + 0.4 + 0.7 + 0.2 + 0.5) / 5, 6);
  });

  it('says of each metric which way is better, and what the commonest label would reach', () => {
    expect(Object.entries(scores.metrics).map(([name, { better, unit }]) => `${name} ${better} ${unit}`)).toEqual([
      'accuracy higher %',
      'balancedAccuracy higher %',
      'macroF1 higher %',
      'calibrationError lower %',
      'crossEntropy lower nats',
    ]);
    const baselines = Object.entries(scores.metrics).map(([name, { baseline }]) => [name, baseline]);
    // Truths a a a b c, answered with a: recalls 1, 0, 0; F1 6/8, 0, 0.
    const title = 'always “a”';
    expect(Object.fromEntries(baselines)).toEqual({
      accuracy: { value: 0.6, title },
      balancedAccuracy: { value: 1 / 3, title },
      macroF1: { value: expect.closeTo(0.75 / 3, 12) as number, title },
      calibrationError: undefined,
      crossEntropy: {
        value: expect.closeTo(-(0.6 * Math.log(0.6) + 0.4 * Math.log(0.2)), 12) as number,
        title: 'by frequency',
      },
    });
  });

  it('finds those samples bad whose truth is improbable: −ln p', () => {
    expectAllClose(
      badness,
      [0.9, 0.6, 0.3, 0.8, 0.25].map((probability) => -Math.log(probability)),
    );
  });

  it('gives the same batch by batch', () => {
    const meter = create({ labels }).meter!();
    for (const [row, truth] of [0, 0, 0, 1, 2].entries()) {
      meter.add({ probabilities: matrix([rows[row]!]) }, { label: indices(truth) });
    }
    expect(meter.result()).toEqual(scores);
  });

  it('measures calibration over bins: three of four answers of 0.75 right is perfect', () => {
    const same = [0.75, 0.25, 0, 0];
    const error = (...truths: number[]) =>
      values(measure([same, same, same, same], ...truths).scores)['calibrationError'];
    expect(error(0, 0, 0, 1)).toBeCloseTo(0, 6);
    expect(error(0, 0, 0, 0)).toBeCloseTo(0.25, 6);
  });

  it('finds a perfect table perfect, and counts an impossible truth with 1e-12', () => {
    const perfect = measure(
      [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ],
      0,
      1,
    );
    expect(values(perfect.scores)).toEqual({
      accuracy: 1,
      balancedAccuracy: 1,
      macroF1: 1,
      calibrationError: 0,
      crossEntropy: 0,
    });
    expect(values(measure([[1, 0, 0, 0]], 1).scores)['crossEntropy']).toBeCloseTo(-Math.log(1e-12), 6);
  });

  it('of equal probabilities takes the first label, as predictions do', () => {
    expect(values(measure([[0.5, 0.5, 0, 0]], 0).scores)['accuracy']).toBe(1);
    expect(values(measure([[0.5, 0.5, 0, 0]], 1).scores)['accuracy']).toBe(0);
  });
});
