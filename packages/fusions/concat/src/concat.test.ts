import { createScope, input } from '@sensorium/graph';
import type { Features, Tensor } from '@sensorium/contracts';
import { conformsAsFusion, conformsToReadme, expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { concat } from './index.js';

conformsAsFusion(concat, { options: [{}, { dim: 7, hidden: 5 }, { dropout: 0.5 }] });
conformsToReadme(concat, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const tensor = (shape: number[], ...values: number[]): Tensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

/** A part of one token, of which concat reads only pooled and present. */
function part(name: string, dim: number): Features {
  const port = (own: string, ...shape: number[]) => input(`${name}.${own}`, 'float32', ['batch', ...shape]);
  return {
    tokens: port('tokens', 1, dim),
    mask: port('mask', 1),
    pooled: port('pooled', dim),
    present: port('present', 1),
  };
}

function fuse(dim: number, hidden: number) {
  const scope = createScope();
  const parts = { image: part('image', 3), text: part('text', 2) };
  const features = concat.create({ dim, hidden, dropout: 0 }, new Map()).build(scope, parts);
  return { features, weights: someWeights(scope.parameters), scope };
}

describe('concat', () => {
  const { features, weights, scope } = fuse(4, 5);
  const run = (inputs: Record<string, Tensor>) =>
    runGraph({ pooled: features.pooled, tokens: features.tokens }, inputs, weights);
  const image = tensor([1, 3], 0.5, -1, 2);
  const text = tensor([1, 2], 1, -2);
  const [here, away] = [tensor([1, 1], 1), tensor([1, 1], 0)];

  it('computes MLP([p_image; 1; p_text; 1]), p_m = pooled_m W_m + b_m, standardized', async () => {
    const layer = (name: string, x: readonly number[]): number[] => {
      const [weight, bias] = [weights[`${name}/weight`]!, weights[`${name}/bias`]!];
      return Array.from(bias.data, Number).map((start, column) =>
        x.reduce((sum, value, row) => sum + value * Number(weight.data[row * bias.data.length + column]), start),
      );
    };
    const joined = [...layer('image/project', [0.5, -1, 2]), 1, ...layer('text/project', [1, -2]), 1];
    const result = layer('contract', layer('expand', joined).map(gelu));
    const mean = result.reduce((a, b) => a + b) / result.length;
    const deviation = Math.sqrt(result.reduce((sum, value) => sum + (value - mean) ** 2, 0) / result.length + 1e-5);
    const { pooled, tokens } = await run({
      'image.pooled': image,
      'text.pooled': text,
      'image.present': here,
      'text.present': here,
    });
    const expected = result.map((value) => (value - mean) / deviation);
    expectAllClose(pooled!, tensor([1, 4], ...expected));
    expectAllClose(tokens!, tensor([1, 1, 4], ...expected));
  });

  it('tells an input that is missing from one whose projection is zero', async () => {
    const silent = { ...weights, 'text/project/bias': tensor([4], 0, 0, 0, 0) };
    const fused = (present: Tensor) =>
      runGraph(
        { pooled: features.pooled },
        { 'image.pooled': image, 'text.pooled': tensor([1, 2], 0, 0), 'image.present': here, 'text.present': present },
        silent,
      );
    expect((await fused(away))['pooled']!.data).not.toEqual((await fused(here))['pooled']!.data);
  });

  it('has one projection for each input, and one network', () => {
    expect(scope.parameters.map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
      'image/project/weight 3×4',
      'image/project/bias 4',
      'text/project/weight 2×4',
      'text/project/bias 4',
      'expand/weight 10×5',
      'expand/bias 5',
      'contract/weight 5×4',
      'contract/bias 4',
    ]);
  });
});

/** x · Φ(x), with erf by its series. */
function gelu(x: number): number {
  let [term, erf] = [x / Math.SQRT2, 0];
  for (let n = 0; n < 60; n++) {
    erf += term / (2 * n + 1);
    term *= -(x * x) / 2 / (n + 1);
  }
  return (x / 2) * (1 + (2 / Math.sqrt(Math.PI)) * erf);
}
