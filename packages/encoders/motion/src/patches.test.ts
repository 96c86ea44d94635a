import type { Tensor } from '@sensorium/contracts';
import { createScope, input } from '@sensorium/graph';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { motion } from './index.js';

const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);

function build(names: readonly string[], given: z.input<typeof motion.options>) {
  const known = {
    names: [...names],
    mean: names.map(() => 0),
    deviation: names.map(() => 1),
    network: 'patches',
  } as const;
  const encoder = motion.create(motion.options.parse({ ...known, ...given }), new Map());
  const scope = createScope();
  const { values, valid } = encoder.kept;
  const x = {
    values: input('values', 'float32', ['batch', ...values!.shape]),
    valid: input('valid', 'uint8', ['batch', ...valid!.shape]),
  };
  return { encoder, scope, features: encoder.build(scope, x, input('present', 'float32', ['batch', 1])) };
}

describe('patches', () => {
  it('of five seconds of six channels at 400 Hz are 250 of 48 numbers, as in ImageBind', () => {
    const names = ['accX', 'accY', 'accZ', 'gyroX', 'gyroY', 'gyroZ'];
    const { scope, features } = build(names, { rate: 400, seconds: 5, longest: 5, size: 'tiny' });
    expect(features.tokens.shape).toEqual(['batch', 250, 64]);
    expect(scope.parameters.find(({ name }) => name === 'patch/weight')?.shape).toEqual([48, 64]);
  });

  it('without blocks are the formula, and none begins after the last row', async () => {
    const { encoder, scope, features } = build(['x', 'y'], { rate: 1, seconds: 20, longest: 20, depth: 0, dim: 3 });
    const weights = someWeights(scope.parameters);
    const values = Float32Array.from({ length: 22 }, (_, at) => Math.sin(at));
    const sample = encoder.prepare({ channels: ['x', 'y'], time: 1, values });
    const present = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) } as const;
    const found = await runGraph({ tokens: features.tokens, mask: features.mask }, { ...sample, present }, weights);
    expect(numbers(found['mask'])).toEqual([1, 1, 0]);
    const weightOf = (name: string): number[] => numbers(weights[name]);
    const times = (row: readonly number[], name: string): number[] =>
      weightOf(`${name}/bias`).map((bias, column) =>
        row.reduce((sum, value, index) => sum + value * weightOf(`${name}/weight`)[index * 3 + column]!, bias),
      );
    const expected = [0, 1].flatMap((patch) => {
      const at = (channel: number, tap: number): number => values[(patch * 8 + tap) * 2 + channel] ?? 0;
      const patchNumbers = [0, 1].flatMap((channel) => Array.from({ length: 8 }, (_, tap) => at(channel, tap)));
      const x = times(patchNumbers, 'patch').map((value, column) => value + weightOf('positions')[patch * 3 + column]!);
      const mean = x.reduce((a, b) => a + b, 0) / 3;
      const deviation = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3 + 1e-5);
      return times(
        x.map((value) => (value - mean) / deviation),
        'project',
      );
    });
    expectAllClose(numbers(found['tokens']).slice(0, 6), expected);
  });
});
