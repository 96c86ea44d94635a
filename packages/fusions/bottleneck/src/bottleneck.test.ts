import type { Tensor, Tensors } from '@sensorium/contracts';
import { createScope } from '@sensorium/graph';
import {
  affine,
  attentionBlock,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  featureInputs,
  runGraph,
  someWeights,
  standardized,
  tensor,
  type Rows,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { bottleneck } from './index.js';

conformsAsFusion(bottleneck, {
  options: [{}, { dim: 6, bottlenecks: 1, layers: 2, heads: 3, expansion: 1.5, dropout: 0.5, selfAttention: true }],
});
conformsToReadme(bottleneck, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const SMALL = { dim: 4, heads: 2, bottlenecks: 2, layers: 2 };

function fuse(given: z.input<typeof bottleneck.options>) {
  const scope = createScope();
  const parts = { image: featureInputs('image', 2, 3), text: featureInputs('text', 1, 2) };
  const features = bottleneck.create(bottleneck.options.parse(given), new Map()).build(scope, parts);
  const { tokens, mask, pooled, present } = features;
  return {
    features: { tokens, mask, pooled, present },
    weights: someWeights(scope.parameters),
    names: scope.parameters.map(({ name }) => name),
  };
}

const sequences = {
  image: [
    [1, 2, 3],
    [-1, 0, 1],
  ],
  text: [[0.5, -1]],
};
const masks = { image: [1, 0], text: [1] };

const samples: Tensors = {
  'image.tokens': tensor([1, 2, 3], ...sequences.image.flat()),
  'image.mask': tensor([1, 2], ...masks.image),
  'image.present': tensor([1, 1], 1),
  'text.tokens': tensor([1, 1, 2], ...sequences.text.flat()),
  'text.mask': tensor([1, 1], ...masks.text),
  'text.present': tensor([1, 1], 1),
};

describe('bottleneck', () => {
  it('lets each input and the bottleneck read each other, and takes the mean of what they make of it', async () => {
    const { features, weights } = fuse(SMALL);
    const { tokens, mask, pooled, present } = await runGraph(features, samples, weights);
    const { shared, image, text } = exchanged(weights, ['image', 'text'], false);
    const expected = [...shared, ...image!, ...text!].map(standardized);
    expect(tokens!.shape).toEqual([1, 5, 4]);
    expectAllClose(numbers(tokens), expected.flat());
    expect(numbers(mask)).toEqual([1, 1, 1, 0, 1]);
    expect(numbers(present)).toEqual([1]);
    const gathered = [...meanOf(expected.slice(0, 2)), ...largest([expected[2]!, expected[4]!])];
    expectAllClose(numbers(pooled), affine(weights, 'pool', gathered));
  });

  it('lets the tokens of an input see each other where "selfAttention" says so', async () => {
    const { features, weights, names } = fuse({ ...SMALL, selfAttention: true });
    expect(names).toEqual(fuse(SMALL).names);
    const { tokens } = await runGraph(features, samples, weights);
    const { shared, image, text } = exchanged(weights, ['image', 'text'], true);
    expectAllClose(numbers(tokens), [...shared, ...image!, ...text!].map(standardized).flat());
  });

  it('asks only inputs that are there what the bottleneck shall be', async () => {
    const { features, weights } = fuse(SMALL);
    const missing = { ...samples, 'text.present': tensor([1, 1], 0) };
    const { tokens, pooled, present } = await runGraph(features, missing, weights);
    const { shared, image } = exchanged(weights, ['image'], false);
    const expected = [...shared, ...image!].map(standardized);
    expectAllClose(numbers(tokens).slice(0, 16), expected.flat());
    const gathered = [...meanOf(expected.slice(0, 2)), ...expected[2]!];
    expectAllClose(numbers(pooled), affine(weights, 'pool', gathered));
    expect(numbers(present)).toEqual([1]);
  });

  it('lets inputs reach each other through the bottleneck alone: a layer later', async () => {
    const otherText = { ...samples, 'text.tokens': tensor([1, 1, 2], 2, 1) };
    const imageTokens = async (layers: number, given: Tensors): Promise<number[]> => {
      const { features, weights } = fuse({ ...SMALL, layers });
      const { tokens } = await runGraph({ tokens: features.tokens }, given, weights);
      return numbers(tokens).slice(8, 16);
    };
    expect(await imageTokens(1, otherText)).toEqual(await imageTokens(1, samples));
    expect(await imageTokens(2, otherText)).not.toEqual(await imageTokens(2, samples));
  });
});

/** The formulas of the docstring for the inputs that are there, written out over plain numbers. */
function exchanged(weights: Tensors, there: readonly (keyof typeof sequences)[], selfAttention: boolean) {
  const start = numbers(weights['bottleneck']);
  let shared: Rows = [start.slice(0, 4), start.slice(4)];
  const streams = new Map<string, Rows>(
    there.map((name) => [name, sequences[name].map((row) => affine(weights, `${name}/project`, row))]),
  );
  for (const layer of [0, 1]) {
    const before = shared.map(standardized);
    const said = there.map((name) => {
      const tokens = streams.get(name)!;
      const whole = { context: [...before, ...tokens.map(standardized)], mask: [1, 1, ...masks[name]], heads: 2 };
      const alone = { context: before, mask: [1, 1], heads: 2 };
      const block = `${name}/block${layer}`;
      streams.set(name, attentionBlock(weights, block, tokens, selfAttention ? whole : alone));
      return attentionBlock(weights, block, shared, whole);
    });
    shared = shared.map((_, row) => meanOf(said.map((rows) => rows[row]!)));
  }
  return { shared, image: streams.get('image'), text: streams.get('text') };
}

const numbers = (given: Tensor | undefined): number[] => Array.from(given!.data, Number);

const columns = (rows: Rows, of: (column: number[]) => number): number[] =>
  rows[0]!.map((_, at) => of(rows.map((row) => row[at]!)));
const meanOf = (rows: Rows): number[] => columns(rows, (column) => column.reduce((a, b) => a + b) / column.length);
const largest = (rows: Rows): number[] => columns(rows, (column) => Math.max(...column));
