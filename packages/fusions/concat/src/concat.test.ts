import { createScope } from '@sensorium/graph';
import type { Tensor } from '@sensorium/contracts';
import {
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  featureInputs,
  gelu,
  runGraph,
  someWeights,
  tensor,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { concat } from './index.js';

conformsAsFusion(concat, { options: [{}, { dim: 7, hidden: 5 }, { dropout: 0.5 }] });
conformsToReadme(concat, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

function fuse(dim: number, hidden: number) {
  const scope = createScope();
  const parts = { image: featureInputs('image', 1, 3), text: featureInputs('text', 1, 2) };
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
