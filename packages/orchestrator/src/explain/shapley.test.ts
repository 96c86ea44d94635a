import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { required, type Manifest, type Plugin, type Tensor } from '@sensorium/contracts';
import type { ClassificationPrediction } from '@sensorium/head-classification';
import { regression } from '@sensorium/head-regression';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  loadPipeline,
  type ExplainOptions,
  type Explanation,
  type Pipeline,
  type Sample,
  type ShapleyValues,
} from '../index.js';
import { renamed } from '../testing/graph-of.js';
import {
  buildSmallModel,
  initialWeights,
  labels,
  plugins,
  twoTexts,
  words,
  writeModelFolder,
} from '../testing/small-model.js';

const all = [...plugins, regression];
type Weights = Record<string, Tensor>;
const asTheyAre = (weights: Weights): Weights => weights;

async function load(manifest: Manifest = twoTexts, change = asTheyAre): Promise<Pipeline> {
  const built = await buildSmallModel(manifest, all, (parts) => change(initialWeights(parts)));
  return loadPipeline(built, { plugins: all });
}

const DIM = 8;

/** Shapley values alone. */
async function explain(
  pipeline: Pipeline,
  sample: Sample,
  options: ExplainOptions = {},
): Promise<Explanation & { readonly shapley: ShapleyValues }> {
  const { shapley, ...found } = await pipeline.explain(sample, { methods: ['shapley'], ...options });
  return { ...found, shapley: required(shapley, 'the Shapley values') };
}

const sumOf = ({ shapley }: { readonly shapley: ShapleyValues }): number =>
  Object.values(shapley.values).reduce((a, b) => a + b, 0);
const answerOf = async (pipeline: Pipeline, sample: Record<string, string>): Promise<ClassificationPrediction> =>
  (await pipeline.run(sample))['answer'] as unknown as ClassificationPrediction;

describe('the Shapley values of inputs', () => {
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await load();
  });
  afterAll(() => pipeline?.dispose());

  const sample = { title: 'red square', note: 'blue circle' };

  it('sum to the difference between the answer and that of a sample without inputs', async () => {
    const found = await explain(pipeline, sample);
    expect(found.head).toBe('answer');
    expect(Object.keys(found.shapley.values)).toEqual(['title', 'note']);
    expect(sumOf(found)).toBeCloseTo(found.value - found.shapley.none, 6);
    const { label, probability } = await answerOf(pipeline, sample);
    expect(found.output).toBe(label);
    expect(found.value).toBeCloseTo(probability, 6);
  });

  it('are what a sample without the input answers, where there is only one other', async () => {
    const { probability, candidates } = await answerOf(pipeline, { title: 'red square' });
    const found = await explain(pipeline, { title: 'red square' }, { output: candidates[0]!.label });
    expect(found.value).toBeCloseTo(probability, 6);
    expect(found.shapley.values['note']).toBe(0);
    expect(found.shapley.values['title']).toBeCloseTo(found.value - found.shapley.none, 6);
  });

  it('say of which input training never saw a sample without', async () => {
    expect((await explain(pipeline, sample)).shapley.neverMissing).toEqual(['title']);
  });

  it('of all labels sum to nothing, for probabilities sum to 1', async () => {
    const each = await Promise.all(labels.map((output) => explain(pipeline, sample, { output })));
    expect(each.map(({ output }) => output)).toEqual(labels);
    const title = each.reduce((sum, { shapley }) => sum + shapley.values['title']!, 0);
    expect(title).toBeCloseTo(0, 6);
  });

  it('refuse heads and labels that there are not', async () => {
    await expect(explain(pipeline, sample, { head: 'answr' })).rejects.toMatchObject({
      code: 'SENSORIUM_UNKNOWN_KEY',
      message: expect.stringContaining('Did you mean "answer"'),
    });
    await expect(explain(pipeline, sample, { output: 'perhaps' })).rejects.toMatchObject({
      code: 'SENSORIUM_UNKNOWN_KEY',
      hint: 'Its answers: no, yes, maybe.',
    });
    await expect(explain(pipeline, { note: 'blue' })).rejects.toMatchObject({ code: 'SENSORIUM_MISSING_INPUT' });
    await expect(explain(pipeline, sample, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});

describe('of a model whose weights are set by hand, the Shapley values', () => {
  const sensor = { ...words, missing: 'skip' as const };
  const twoSensors: Manifest = {
    sensorium: 1,
    inputs: { left: sensor, right: { encoder: 'text', missing: 'skip', tied: 'left' } },
    fusion: { use: 'concat', dim: DIM, hidden: 12 },
    heads: { answer: { use: 'regression', mean: 3, deviation: 2 } },
  };

  /** What the fusion reads of an input: its projection, and whether it is there. */
  const partOf = (weights: Record<string, Tensor>, place: number): Float32Array => {
    const { data } = required(weights['fusion/expand/weight'], 'the weights of the fusion');
    const size = data.length / 2;
    return (data as Float32Array).subarray(place * size, (place + 1) * size);
  };

  it('are equal of inputs that are alike', async () => {
    const pipeline = await load(twoSensors, (weights) => {
      partOf(weights, 1).set(partOf(weights, 0));
      const left = Object.fromEntries(Object.entries(weights).filter(([name]) => name.startsWith('fusion/left/')));
      return { ...weights, ...renamed(left, 'left', 'right') };
    });
    const alike = await explain(pipeline, { left: 'red square', right: 'red square' });
    expect(alike).toMatchObject({ output: null, shapley: { neverMissing: [] } });
    expect(alike.shapley.values['left']).not.toBeCloseTo(0, 2);
    expect(alike.shapley.values['left']).toBeCloseTo(alike.shapley.values['right']!, 5);
    const other = await explain(pipeline, { left: 'red square', right: 'blue circle' });
    expect(other.shapley.values['left']).not.toBeCloseTo(other.shapley.values['right']!, 2);
    await pipeline.dispose();
  });

  it('give all to the only input that counts', async () => {
    const pipeline = await load(twoSensors, (weights) => {
      partOf(weights, 0).fill(0);
      return weights;
    });
    const found = await explain(pipeline, { left: 'red square', right: 'blue circle' });
    expect(Math.abs(found.value - found.shapley.none)).toBeGreaterThan(0.1);
    expect(found.shapley.values['left']).toBeCloseTo(0, 6);
    expect(found.shapley.values['right']).toBeCloseTo(found.value - found.shapley.none, 6);
    await pipeline.dispose();
  });
});

it('heads whose answer is no number cannot be explained', async () => {
  const pipeline = await load({
    sensorium: 1,
    inputs: twoTexts.inputs,
    heads: { space: { use: 'embedding', of: ['title', 'note'] } },
  });
  const sample = { title: 'red', note: 'blue' };
  await expect(explain(pipeline, sample)).rejects.toMatchObject({
    code: 'SENSORIUM_USAGE',
    message: 'no head of this model can be explained: space',
  });
  await expect(explain(pipeline, sample, { head: 'space' })).rejects.toMatchObject({
    code: 'SENSORIUM_USAGE',
    message: expect.stringContaining('cannot be explained: no number says its answer'),
  });
  await pipeline.dispose();
});

it('says which file is missing that a part is built from, and answers without it', async () => {
  const [text, ...others] = [
    required(
      plugins.find(({ name }) => name === 'text'),
      'text',
    ),
    ...plugins,
  ];
  const fromFile = { ...text, files: () => ['network.bin'] } as Plugin;
  const atHand = [fromFile, ...others.filter(({ name }) => name !== 'text')];
  const folder = await writeModelFolder(await buildSmallModel());
  const pipeline = await loadPipeline(folder, { plugins: atHand });
  await pipeline.run({ title: 'red' });
  await expect(pipeline.explain({ title: 'red' })).rejects.toMatchObject({
    code: 'SENSORIUM_NOT_FOUND',
    location: { key: 'inputs.title', file: expect.stringContaining('network.bin') },
  });
  await writeFile(join(folder, 'network.bin'), 'weights');
  expect((await pipeline.explain({ title: 'red' })).head).toBe('answer');
  await pipeline.dispose();
  await rm(folder, { recursive: true });
});

it('a disposed pipeline explains nothing', async () => {
  const folder = await writeModelFolder(await buildSmallModel());
  const pipeline = await loadPipeline(folder, { plugins });
  await explain(pipeline, { title: 'red' });
  await pipeline.dispose();
  await expect(explain(pipeline, { title: 'red' })).rejects.toMatchObject({ code: 'SENSORIUM_DISPOSED' });
  await rm(folder, { recursive: true });
});
