import { defineEncoder, required, type Manifest, type Modality, type Tensor } from '@sensorium/contracts';
import { add, unsqueeze, zerosLike } from '@sensorium/graph';
import { regression } from '@sensorium/head-regression';
import { createRandom } from '@sensorium/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadPipeline, type GradientExplanation, type Pipeline, type Sample } from '../index.js';
import { buildSmallModel, initialWeights, pictureAndText, plugins, twoTexts, words } from '../testing/small-model.js';

const numbers: Modality<readonly number[]> = {
  ...{ name: 'numbers', from: 'cell', exclusive: false, version: '1' },
  decode: async (source) => source as readonly number[],
  show: (value) => ({ kind: 'text', text: value.join(' ') }),
};

/** Three numbers as they are. */
const raw = defineEncoder({
  specVersion: 'v1',
  name: 'raw',
  modality: numbers,
  options: z.strictObject({}),
  create: () => ({
    kept: { x: { dtype: 'float32', shape: [3] } },
    prepare: (value) => ({ x: { dtype: 'float32', shape: [1, 3], data: Float32Array.from(value) } }),
    build(_, { x }, present) {
      const pooled = required(x, 'x');
      const tokens = unsqueeze(pooled, 1);
      return { tokens, mask: add(zerosLike(present), 1), pooled, present };
    },
  }),
});

const all = [...plugins, raw, regression];

async function load(manifest: Manifest, change = (weights: Record<string, Tensor>) => weights): Promise<Pipeline> {
  return loadPipeline(await buildSmallModel(manifest, all, (parts) => change(initialWeights(parts))), { plugins: all });
}

async function gradientsOf(pipeline: Pipeline, sample: Sample): Promise<GradientExplanation & { value: number }> {
  const { value, gradients } = await pipeline.explain(sample, { methods: ['gradients'] });
  return { value, ...required(gradients, 'the gradients') };
}

const sumOf = ({ inputs }: GradientExplanation, method: 'timesInput' | 'integrated' = 'integrated'): number =>
  Object.values(inputs).reduce(
    (total, { [method]: tensors }) =>
      total +
      Object.values(tensors).reduce((sum, { data }) => Array.from(data, Number).reduce((a, b) => a + b, sum), 0),
    0,
  );

/** By how much they miss the difference between the answer and that of the baseline. */
const errorOf = (found: GradientExplanation & { value: number }, method?: 'timesInput' | 'integrated'): number =>
  sumOf(found, method) - (found.value - found.baseline);

it('of a linear model, gradient × input and integrated gradients are w · x', async () => {
  const weight: Tensor = { dtype: 'float32', shape: [3, 1], data: Float32Array.of(0.5, -2, 4) };
  const pipeline = await load(
    { sensorium: 1, inputs: { x: 'raw' }, heads: { y: { use: 'regression', mean: 10, deviation: 1 } } },
    (weights) => ({ ...weights, 'heads/y/weight': weight }),
  );
  const { value, baseline, inputs } = await gradientsOf(pipeline, { x: [2, 3, -1] });
  expect(baseline).toBe(10);
  expect(value).toBe(1);
  expect(inputs['x']!.timesInput['x']).toEqual({ dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, -6, -4) });
  Array.from(inputs['x']!.integrated['x']!.data, Number).forEach((one, index) =>
    expect(one).toBeCloseTo([1, -6, -4][index]!, 4),
  );
  expect(inputs['x']!.overlays).toEqual({ timesInput: [], integrated: [] });
  await pipeline.dispose();
});

describe('integrated gradients of a picture and words', () => {
  let pipeline: Pipeline;
  beforeAll(async () => void (pipeline = await load(pictureAndText)));
  afterAll(() => pipeline?.dispose());

  const picture = { width: 16, height: 16, channels: 3, data: createRandom(1, 'picture').bytes(16 * 16 * 3) };
  const sample = { picture, question: 'red square' };

  it('sum to the difference between the answer and that of the baseline', async () => {
    const found = await gradientsOf(pipeline, sample);
    expect(Math.abs(found.value - found.baseline)).toBeGreaterThan(0.01);
    expect(Math.abs(errorOf(found))).toBeLessThan(0.01);
    // The plain product does not.
    expect(Math.abs(errorOf(found, 'timesInput'))).toBeGreaterThan(0.02);
  });

  it('have a number for each pixel and each word, and none for padding', async () => {
    const { inputs } = await gradientsOf(pipeline, sample);
    expect(inputs['picture']!.integrated['pixels']!.shape).toEqual([1, 16, 16, 3]);
    const { shape, data } = inputs['question']!.integrated['ids']!;
    expect(shape).toEqual([1, 6]);
    expect(Array.from(data, Number).map((value) => value !== 0)).toEqual([true, true, false, false, false, false]);
  });

  it('are the slopes of the answer, as differences have it', async () => {
    // A pixel up and down, in a model that is smooth but for its maxima.
    const { inputs } = await gradientsOf(pipeline, sample);
    const { output } = await pipeline.explain(sample, { methods: [] });
    const valueAt = async (data: Uint8Array): Promise<number> =>
      (await pipeline.explain({ ...sample, picture: { ...picture, data } }, { methods: [], output: output! })).value;
    for (const place of [100, 333, 700]) {
      const at = (shift: number): Uint8Array => {
        const data = picture.data.slice();
        data[place] = picture.data[place]! + shift;
        return data;
      };
      const slope = ((await valueAt(at(1))) - (await valueAt(at(-1)))) / 2;
      expect(Number(inputs['picture']!.timesInput['pixels']!.data[place])).toBeCloseTo(slope * picture.data[place]!, 3);
    }
  });
});

it('inputs that are missing have no gradients', async () => {
  const pipeline = await load(twoTexts);
  const found = await gradientsOf(pipeline, { title: 'red square' });
  expect(Object.keys(found.inputs)).toEqual(['title']);
  expect(Math.abs(errorOf(found))).toBeLessThan(0.01);
  await pipeline.dispose();
});

it('lists have gradients of each value', async () => {
  const { picture: image } = pictureAndText.inputs;
  const pipeline = await load({
    ...pictureAndText,
    inputs: { picture: required(image, 'the picture'), question: { ...words, many: 2 } },
  });
  const picture = { width: 16, height: 16, channels: 3, data: createRandom(2, 'picture').bytes(16 * 16 * 3) };
  const found = await gradientsOf(pipeline, { picture, question: ['red square', 'blue'] });
  expect(found.inputs['question']!.integrated['ids']!.shape).toEqual([1, 2, 6]);
  expect(Math.abs(errorOf(found))).toBeLessThan(0.01);
  await pipeline.dispose();
});

it('refuses methods that there are not', async () => {
  const pipeline = await load(twoTexts);
  await expect(pipeline.explain({ title: 'red' }, { methods: ['lime' as 'shapley'] })).rejects.toMatchObject({
    code: 'SENSORIUM_USAGE',
  });
  await pipeline.dispose();
});
