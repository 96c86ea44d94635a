import type { Tensor, Tensors } from '@sensorium/contracts';
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
  type Rows,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { mutualFilm } from './index.js';

conformsAsFusion(mutualFilm, { options: [{}, { dim: 6, layers: 1, dropout: 0.5 }] });
conformsToReadme(mutualFilm, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

function fuse(names: readonly string[] = ['image', 'text']) {
  const scope = createScope();
  const all = { image: featureInputs('image', 2, 3), text: featureInputs('text', 2, 2) };
  const parts = Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  const features = mutualFilm.create({ dim: 4, layers: 2, dropout: 0 }, new Map()).build(scope, parts);
  const { tokens, mask, pooled, present } = features;
  return { features: { tokens, mask, pooled, present }, weights: someWeights(scope.parameters) };
}

const sequences = {
  image: [
    [1, 2, 3],
    [-1, 0, 1],
  ],
  text: [
    [0.5, -1],
    [2, 2],
  ],
};

const samples: Tensors = {
  'image.tokens': tensor([1, 2, 3], ...sequences.image.flat()),
  'image.mask': tensor([1, 2], 1, 0),
  'image.present': tensor([1, 1], 1),
  'text.tokens': tensor([1, 2, 2], ...sequences.text.flat()),
  'text.mask': tensor([1, 2], 1, 1),
  'text.present': tensor([1, 1], 1),
};

describe('mutual-film', () => {
  it('reads each input, the last one first, as the others then are', async () => {
    const { features, weights } = fuse();
    const { tokens, mask, pooled, present } = await runGraph(features, samples, weights);
    let image: Rows = sequences.image.map((row) => affine(weights, 'image/project', row));
    let text: Rows = sequences.text.map((row) => affine(weights, 'text/project', row));
    for (const layer of [0, 1]) {
      text = modulated(weights, `text/block${layer}`, text, said(image.slice(0, 1)));
      image = modulated(weights, `image/block${layer}`, image, said(text));
    }
    expect(tokens!.shape).toEqual([1, 4, 4]);
    expectAllClose(numbers(tokens), [...image, ...text].flat());
    expect(numbers(mask)).toEqual([1, 0, 1, 1]);
    expect(numbers(present)).toEqual([1]);
    const gathered = [...said(image.slice(0, 1)), ...said(text)];
    expectAllClose(numbers(pooled), standardized(mlp(weights, 'pool', gathered)));
  });

  it('hears nothing of an input that is missing', async () => {
    const { features, weights } = fuse();
    const missing = { ...samples, 'text.present': tensor([1, 1], 0) };
    const { tokens } = await runGraph({ tokens: features.tokens }, missing, weights);
    const silence = Array<number>(8).fill(0);
    let image: Rows = sequences.image.map((row) => affine(weights, 'image/project', row));
    for (const layer of [0, 1]) image = modulated(weights, `image/block${layer}`, image, silence);
    expectAllClose(numbers(tokens).slice(0, 8), image.flat());
  });

  it('lets an input that is alone modulate itself', async () => {
    const { features, weights } = fuse(['image']);
    const { tokens } = await runGraph({ tokens: features.tokens }, samples, weights);
    let image: Rows = sequences.image.map((row) => affine(weights, 'image/project', row));
    for (const layer of [0, 1]) image = modulated(weights, `image/block${layer}`, image, said(image.slice(0, 1)));
    expectAllClose(numbers(tokens), image.flat());
  });
});

const mlp = (weights: Tensors, name: string, x: readonly number[]): number[] =>
  affine(weights, `${name}/contract`, affine(weights, `${name}/expand`, x).map(gelu));

/** [mean; max] over the rows. */
function said(rows: Rows): number[] {
  const columns = rows[0]!.map((_, at) => rows.map((row) => row[at]!));
  const means = columns.map((column) => column.reduce((a, b) => a + b) / column.length);
  return [...means, ...columns.map((column) => Math.max(...column))];
}

/** A block of the docstring, written out over plain numbers, where the others say `heard`. */
function modulated(weights: Tensors, name: string, rows: Rows, heard: readonly number[]): number[][] {
  const condition = standardized(mlp(weights, `${name}/condition`, heard));
  const [scale, shift] = [affine(weights, `${name}/scale`, condition), affine(weights, `${name}/shift`, condition)];
  return rows.map((row) => {
    const inner = affine(weights, `${name}/expand`, standardized(row)).map((value) => Math.max(0, value));
    const read = standardized(affine(weights, `${name}/contract`, inner));
    return row.map((value, at) => value + Math.max(0, (1 + scale[at]!) * read[at]! + shift[at]!));
  });
}

const numbers = (given: Tensor | undefined): number[] => Array.from(given!.data, Number);
