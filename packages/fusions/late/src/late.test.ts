import type { Tensor, Tensors } from '@sensorium/contracts';
import { createScope, linear } from '@sensorium/graph';
import {
  affine,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  featureInputs,
  runGraph,
  someWeights,
  standardized,
  tensor,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { late } from './index.js';

conformsAsFusion(late, { options: [{}, { combine: 'weighted' }, { combine: 'product' }] });
conformsToReadme(late, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

type Combine = z.output<typeof late.options>['combine'];

/** Three labels, by a linear head behind the fusion. */
function answer(combine: Combine) {
  const scope = createScope();
  const parts = { image: featureInputs('image', 1, 3), text: featureInputs('text', 1, 2) };
  const features = late.create({ combine }, new Map()).build(scope.at('fusion'), parts);
  const logits = linear(scope.at('head'), features.pooled, 3);
  const { tokens, mask, pooled, present } = features;
  return { outputs: { logits, tokens, mask, pooled, present }, weights: someWeights(scope.parameters) };
}

const vectors = { image: [0.5, -1, 2], text: [1, -2] };

const samples = (there: { readonly image: number; readonly text: number }): Tensors => ({
  'image.pooled': tensor([1, 3], ...vectors.image),
  'image.present': tensor([1, 1], there.image),
  'text.pooled': tensor([1, 2], ...vectors.text),
  'text.present': tensor([1, 1], there.text),
});

const both = { image: 1, text: 1 };
const noText = { image: 1, text: 0 };

describe('late', () => {
  it('gives each input a head of its own, and averages their logits', async () => {
    const { outputs, weights } = answer('mean');
    const { logits } = await runGraph(outputs, samples(both), weights);
    const { image, text, bias } = heads(weights);
    const expected = image.map((value, label) => (value + text[label]!) / 2 + bias[label]!);
    expectAllClose(numbers(logits), expected);
  });

  it('takes the answer of the one that is there for the mean', async () => {
    const { outputs, weights } = answer('mean');
    const { logits } = await runGraph(outputs, samples(noText), weights);
    const { image, bias } = heads(weights);
    expectAllClose(
      numbers(logits),
      image.map((value, label) => value + bias[label]!),
    );
  });

  it('learns how much each input counts, among those that are there', async () => {
    const { outputs, weights } = answer('weighted');
    const shares = numbers(weights['fusion/weights']).map(Math.exp);
    const whole = shares[0]! + shares[1]!;
    const { image, text, bias } = heads(weights);
    const { logits } = await runGraph(outputs, samples(both), weights);
    const expected = image.map(
      (value, label) => (shares[0]! * value + shares[1]! * text[label]!) / whole + bias[label]!,
    );
    expectAllClose(numbers(logits), expected);
    const alone = await runGraph(outputs, samples(noText), weights);
    expectAllClose(
      numbers(alone['logits']),
      image.map((value, label) => value + bias[label]!),
    );
  });

  it('multiplies the probabilities of the experts, normalised', async () => {
    const { outputs, weights } = answer('product');
    const unbiased = { ...weights, 'head/bias': tensor([3], 0, 0, 0) };
    const { logits } = await runGraph(outputs, samples(both), unbiased);
    const { image, text } = heads(weights);
    const [ofImage, ofText] = [softmax(image), softmax(text)];
    const product = ofImage.map((value, label) => value * ofText[label]!);
    const sum = product.reduce((a, b) => a + b);
    expectAllClose(
      softmax(numbers(logits)),
      product.map((value) => value / sum),
    );
  });

  it('is one token, which nothing is in where all inputs are missing', async () => {
    const { outputs, weights } = answer('weighted');
    const { tokens, mask, pooled, present } = await runGraph(outputs, samples({ image: 0, text: 0 }), weights);
    expect(tokens!.shape).toEqual([1, 1, 7]);
    expectAllClose(numbers(pooled), Array<number>(7).fill(0));
    expect([numbers(mask), numbers(present)]).toEqual([[0], [0]]);
  });
});

/** The logits of each input, norm(pooled_m) W_m + b_m, where the rows of the head's weight are W_image, b_image, W_text, b_text. */
function heads(weights: Tensors) {
  const weight = numbers(weights['head/weight']);
  const part = (x: readonly number[], first: number): number[] =>
    affine({ 'part/weight': tensor([x.length, 3], ...weight.slice(3 * first, 3 * (first + x.length))) }, 'part', x);
  return {
    image: part([...standardized(vectors.image), 1], 0),
    text: part([...standardized(vectors.text), 1], 4),
    bias: numbers(weights['head/bias']),
  };
}

const numbers = (given: Tensor | undefined): number[] => Array.from(given!.data, Number);

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((value) => value / sum);
}
