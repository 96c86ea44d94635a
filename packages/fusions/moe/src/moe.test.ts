import { required, type Tensor, type Tensors } from '@sensorium/contracts';
import { createScope } from '@sensorium/graph';
import {
  affine,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  featureInputs,
  gelu,
  runGraph,
  someWeights,
  standardized,
  tensor,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { moe } from './index.js';

conformsAsFusion(moe, {
  options: [{}, { dim: 6, hidden: 5, experts: 2, chosen: 1, balance: 0.1, noise: 0.5, dropout: 0.5 }],
});
conformsToReadme(moe, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const SMALL = { dim: 4, hidden: 5, experts: 3, chosen: 2, balance: 0.5 };

function fuse(given: z.input<typeof moe.options>, mode: 'inference' | 'training' = 'inference') {
  const scope = createScope({ mode });
  const parts = { image: featureInputs('image', 1, 3), text: featureInputs('text', 1, 2) };
  const features = moe.create(moe.options.parse(given), new Map()).build(scope, parts);
  const { tokens, mask, pooled, present } = features;
  const outputs = { tokens, mask, pooled, present };
  return { outputs, losses: scope.losses, weights: someWeights(scope.parameters), noises: scope.noises };
}

const images = [
  [0.5, -1, 2],
  [3, 1, -2],
  [0, 1, 1],
];
const texts = [
  [1, -2],
  [0, 3],
  [-1, 4],
];
const samples: Tensors = {
  'image.pooled': tensor([3, 3], ...images.flat()),
  'image.present': tensor([3, 1], 1, 1, 0),
  'text.pooled': tensor([3, 2], ...texts.flat()),
  'text.present': tensor([3, 1], 1, 1, 1),
};

describe('moe', () => {
  it('adds the answers of the experts that score best, by the softmax of their scores', async () => {
    const { outputs, weights } = fuse(SMALL);
    const { pooled, tokens, mask, present } = await runGraph(outputs, samples, weights);
    const expected = images.map((_, sample) => mixture(weights, sample, 2));
    expectAllClose(
      numbers(pooled),
      expected.flatMap(({ fused }) => fused),
    );
    expectAllClose(numbers(tokens), numbers(pooled));
    expect(tokens!.shape).toEqual([3, 1, 4]);
    expect(numbers(mask)).toEqual([1, 1, 1]);
    expect(numbers(present)).toEqual([1, 1, 1]);
  });

  it('makes small how unevenly the experts are chosen', async () => {
    for (const chosen of [1, 2]) {
      const { losses, weights } = fuse({ ...SMALL, chosen });
      const { balance } = await runGraph(losses, samples, weights);
      const all = images.map((_, sample) => mixture(weights, sample, chosen));
      const meanOf = (of: (one: Mixture) => number): number => all.map(of).reduce((a, b) => a + b) / 3;
      const expected = [0, 1, 2].map(
        (expert) =>
          (meanOf((one) => Number(one.chosen.includes(expert))) / chosen) * meanOf((one) => one.probabilities[expert]!),
      );
      expectAllClose(numbers(balance), [0.5 * 3 * expected.reduce((a, b) => a + b)]);
    }
  });

  it('adds noise to the scores in training alone', async () => {
    expect(fuse({ ...SMALL, noise: 1 }).noises).toEqual([]);
    const { outputs, weights, noises } = fuse({ ...SMALL, chosen: 1, noise: 2 }, 'training');
    const name = required(noises[0], 'the noise').name;
    const favours = (expert: number): Tensors => ({
      ...samples,
      [name]: tensor([3, 3], ...Array.from({ length: 9 }, (_, index) => (index % 3 === expert ? 50 : 0))),
    });
    for (const expert of [0, 1, 2]) {
      const { pooled } = await runGraph({ pooled: outputs.pooled }, favours(expert), weights);
      const alone = images.map((_, sample) => standardized(answer(weights, sample, expert)));
      expectAllClose(numbers(pooled), alone.flat());
    }
  });

  it('refuses to choose more experts than there are', () => {
    expect(() => moe.options.parse({ experts: 2, chosen: 3 })).toThrow('more than there are experts');
  });
});

interface Mixture {
  readonly fused: readonly number[];
  readonly chosen: readonly number[];
  readonly probabilities: readonly number[];
}

/** [p_m; present_m for every input m] of a sample. */
function columnsOf(weights: Tensors, sample: number): number[] {
  const part = (name: string, x: readonly number[]): number[] => {
    const present = numbers(samples[`${name}.present`])[sample]!;
    return [...affine(weights, `${name}/project`, standardized(x)).map((value) => value * present), present];
  };
  return [...part('image', images[sample]!), ...part('text', texts[sample]!)];
}

function answer(weights: Tensors, sample: number, expert: number): number[] {
  const inner = affine(weights, `expert${expert}/expand`, columnsOf(weights, sample)).map(gelu);
  return affine(weights, `expert${expert}/contract`, inner);
}

/** The formulas of the docstring, written out over plain numbers. */
function mixture(weights: Tensors, sample: number, count: number): Mixture {
  const scores = affine(weights, 'router', columnsOf(weights, sample));
  const chosen = [0, 1, 2].sort((a, b) => scores[b]! - scores[a]!).slice(0, count);
  const gates = softmax(chosen.map((expert) => scores[expert]!));
  const answers = chosen.map((expert) => answer(weights, sample, expert));
  const sum = answers[0]!.map((_, column) =>
    gates.reduce((total, gate, index) => total + gate * answers[index]![column]!, 0),
  );
  return { fused: standardized(sum), chosen, probabilities: softmax(scores) };
}

const numbers = (given: Tensor | undefined): number[] => Array.from(given!.data, Number);

function softmax(scores: readonly number[]): number[] {
  const powers = scores.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((value) => value / sum);
}
