import type { Tensor, Tensors } from '@sensorium/contracts';
import { createScope, input } from '@sensorium/graph';
import type { Series } from '@sensorium/media';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { series } from './index.js';

const MEAN = [2, -1];
const DEVIATION = [0.5, 3];
const encoder = series.create(
  series.options.parse({
    names: ['x', 'y'],
    mean: MEAN,
    deviation: DEVIATION,
    longest: 7,
    patch: 2,
    spacing: 0.5,
    depth: 0,
    dim: 5,
  }),
  new Map(),
);

const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const uneven: Series = {
  channels: ['x', 'y'],
  values: Float32Array.of(1, NaN, 2, 4, NaN, 5, 0.5, 6, 3, 7),
  time: Float64Array.of(0, 0.25, 2, 2.5, 4),
};

function features() {
  const scope = createScope();
  const x = Object.fromEntries(
    Object.entries(encoder.kept).map(([name, { dtype, shape }]) => [name, input(name, dtype, ['batch', ...shape])]),
  );
  const { tokens, mask, pooled } = encoder.build(scope, x, input('present', 'float32', ['batch', 1]));
  return { outputs: { tokens, mask, pooled }, weights: someWeights(scope.parameters) };
}

const present = { present: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) } } as const;
const times = (row: readonly number[], weight: readonly number[], dim: number): number[] =>
  range(dim).map((column) => row.reduce((sum, value, index) => sum + value * weight[index * dim + column]!, 0));

/** The tokens of a prepared sample, in plain arithmetic. */
function reference(sample: Tensors, weights: Tensors): number[][] {
  const [values, known, valid, seconds] = ['values', 'known', 'valid', 'times'].map((name) => numbers(sample[name]));
  const rowOf = (row: number): number[] => {
    if (valid![row] === 0) return [0, 0, 0, 0, 0];
    const wait = row > 0 && valid![row - 1] === 1 ? (seconds![row]! - seconds![row - 1]!) / 0.5 : 0;
    const standard = range(2).map((channel) => (values![channel * 8 + row]! - MEAN[channel]!) / DEVIATION[channel]!);
    return [...standard, known![row]!, known![8 + row]!, Math.log(1 + wait)];
  };
  return range(4).map((token) => {
    const rows = times([...rowOf(2 * token), ...rowOf(2 * token + 1)], numbers(weights['rows/weight']), 5);
    const phases = range(16).map((wave) => (seconds![2 * token + 1]! / 0.5) * 10_000 ** (-wave / 16));
    const time = times([...phases.map(Math.sin), ...phases.map(Math.cos)], numbers(weights['time/weight']), 5);
    const x = rows.map((value, index) => value + numbers(weights['rows/bias'])[index]! + time[index]!);
    const mean = x.reduce((a, b) => a + b, 0) / 5;
    const deviation = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5 + 1e-5);
    const standard = x.map((value) => (value - mean) / deviation);
    return times(standard, numbers(weights['project/weight']), 5).map(
      (value, index) => value + numbers(weights['project/bias'])[index]!,
    );
  });
}

describe('the features', () => {
  it('without transformer blocks are the formula', async () => {
    const { outputs, weights } = features();
    const sample = encoder.prepare(uneven);
    const found = await runGraph(outputs, { ...sample, ...present }, weights);
    const expected = reference(sample, weights);
    expect(numbers(found['mask'])).toEqual([0, 1, 1, 1]);
    expectAllClose(numbers(found['tokens']).slice(5), expected.slice(1).flat());
    const pooled = range(5).map((column) => expected.slice(1).reduce((sum, token) => sum + token[column]! / 3, 0));
    expectAllClose(numbers(found['pooled']), pooled);
  });

  it('do not read what is before the first row', async () => {
    const { outputs, weights } = features();
    const sample = encoder.prepare(uneven);
    const run = async (own: Tensors) => runGraph({ pooled: outputs.pooled }, { ...own, ...present }, weights);
    const filled = numbers(sample['values']).map((value, at) => (numbers(sample['valid'])[at % 8] === 1 ? value : 1e3));
    const other = { ...sample, values: { ...sample['values']!, data: Float32Array.from(filled) } };
    expect(numbers((await run(other))['pooled'])).toEqual(numbers((await run(sample))['pooled']));
  });
});
