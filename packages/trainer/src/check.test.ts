import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { Manifest, Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { node, onnxFile } from '@sensorium/graph/testing';
import { formatPlan } from '@sensorium/orchestrator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from './index.js';
import { from, makeSquares, writeTable, type Row, type Squares } from './testing/squares.js';

let squares: Squares;
let base: Manifest;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 12 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await writeFile(squares.path('network.onnx'), network);
  await writeFile(squares.path('open.onnx'), openNetwork);
  base = {
    sensorium: 1,
    inputs: { image: { encoder: 'onnx', file: squares.path('network.onnx') } },
    fusion: { use: 'attention', dim: 8, heads: 2, layers: 1 },
    heads: { answer: { use: 'classification', labels: ['yes', 'no', 'red', 'green', 'blue'] } },
    data: { train: squares.path('train.csv'), test: squares.path('test.csv') },
  };
});
afterAll(() => rm(squares.folder, { recursive: true }));

const numbers = (shape: readonly number[]): Tensor => {
  const random = createRandom(1, String(shape));
  const size = shape.reduce((a, b) => a * b, 1);
  return { dtype: 'float32', shape, data: Float32Array.from({ length: size }, () => random.normal()) };
};

/** [B,3,16,16] → mean over all places → 3·7 → 7·4. */
const network = onnxFile({
  nodes: [
    node('ReduceMean', ['x'], ['mean'], { axes: [2, 3], keepdims: 0 }),
    node('MatMul', ['mean', 'first'], ['hidden']),
    node('Tanh', ['hidden'], ['bent']),
    node('MatMul', ['bent', 'second'], ['y']),
  ],
  inputs: { x: { dtype: 'float32', shape: ['n', 3, 16, 16] } },
  initializers: { first: numbers([3, 7]), second: numbers([7, 4]) },
  outputs: { y: { dtype: 'float32', shape: ['n', 4] } },
});

/** Behind an operator of which nothing is known, height and width are open; a convolution is trained before it. */
const openNetwork = onnxFile({
  nodes: [
    node('Conv', ['x', 'before'], ['c']),
    node('FusedConv', ['c', 'fused'], ['m'], { domain: 'com.microsoft', activation: 'Relu' }),
    node('Mul', ['m', 'gain'], ['scaled']),
    node('Concat', ['scaled', 'scaled'], ['twice'], { axis: 2 }),
    node('Reshape', ['twice', 'shape'], ['flat']),
    node('ReduceMean', ['flat'], ['y'], { axes: [2], keepdims: 0 }),
  ],
  inputs: { x: { dtype: 'float32', shape: ['n', 3, 'h', 'w'] } },
  initializers: {
    before: numbers([4, 3, 3, 3]),
    fused: numbers([5, 4, 3, 3]),
    gain: numbers([5, 1, 1]),
    shape: { dtype: 'int64', shape: [3], data: BigInt64Array.of(0n, 5n, -1n) },
  },
  types: { m: { dtype: 'float32', shape: ['n', 5, 'h2', 'w2'] } },
  outputs: { y: { dtype: 'float32', shape: ['n', 5] } },
  opsets: { 'com.microsoft': 1 },
});

type Trainable = Extract<Manifest['fusion'], object>['trainable'];

const image = (more: object): Manifest['inputs'] => ({
  image: { encoder: 'onnx', file: squares.path('network.onnx'), ...more },
});
const headSize = 8 * 5 + 5;

describe('the plan says what is trained', () => {
  it('of every part: adapters, nothing, everything', async () => {
    const manifest: Manifest = {
      ...base,
      inputs: image({ trainable: { mode: 'lora', rank: 2 } }),
      fusion: { use: 'attention', dim: 8, heads: 2, layers: 1, trainable: 'frozen' },
    };
    const { plan } = await check(manifest, { from });
    const adapters = 2 * (3 + 7) + 2 * (7 + 4);
    expect(plan.rows).toMatchObject([
      { parameters: 21 + 28, trained: adapters, adapters: ['model/first', 'model/second'] },
      { trained: 0, adapters: [] },
      { parameters: headSize, trained: headSize, adapters: [] },
    ]);
    expect(plan.trained).toBe(adapters + headSize);
    const text = formatPlan(plan, 'cpu');
    expect(text).toMatch(new RegExp(`^image .* 49 parameters, ${adapters} trained \\(lora\\)$`, 'm'));
    expect(text).toMatch(/^fusion .* \d+( k)?, frozen$/m);
    expect(text).toMatch(new RegExp(`^answer .* ${headSize}$`, 'm'));
    expect(text).toContain(`, ${adapters + headSize} trained`);
    expect(text).toMatch(/^adapters of image: beside 2 of its parameters, model\/first, model\/second$/m);
  });

  it('of single parameters', async () => {
    const trainable = { mode: 'frozen', parameters: { 'model/second': 'full' } } as const;
    const { plan } = await check({ ...base, inputs: image({ trainable }) }, { from });
    expect(plan.rows[0]).toMatchObject({ parameters: 49, trained: 28 });
    expect(formatPlan(plan, 'cpu')).toMatch(/^image .* 49 parameters, 28 trained \(frozen\)$/m);
  });
});

it('what is not as the manifest says is noted', async () => {
  const { notes } = await check({ ...base, training: { batchSize: 8, accumulate: 5, validation: 0 } }, { from });
  expect(notes).toEqual(['training.accumulate is 5, and there are 24 samples to train on: a step has 3 × 8']);
});

describe('what cannot be trained is found', () => {
  it('a model of which everything is frozen', async () => {
    const frozen: Manifest = {
      ...base,
      inputs: image({ trainable: 'frozen' }),
      fusion: { use: 'attention', trainable: 'frozen' },
      heads: { answer: { use: 'classification', trainable: 'frozen' } },
    };
    await expect(check(frozen, { from })).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringContaining('no parameters to train') as string,
      location: { key: 'inputs.image' },
    });
  });

  it('a file with sizes that are open where a gradient needs them', async () => {
    const open = (trainable: Trainable, more: object = {}): Manifest => ({
      ...base,
      inputs: {
        ...base.inputs,
        photo: { encoder: 'onnx', ...more, file: squares.path('open.onnx'), size: 16, column: 'image', trainable },
      },
    });
    await expect(check(open('full'), { from })).rejects.toMatchObject({
      code: 'SENSORIUM_SHAPE',
      message: expect.stringContaining('must have a known size') as string,
      hint: expect.stringContaining('"shapes"') as string,
      location: { key: 'inputs.photo' },
    });
    const behind = { parameters: { 'model/before': 'frozen' } } as const;
    await expect(check(open(behind), { from })).rejects.toMatchObject({ code: 'SENSORIUM_SHAPE' });
    await expect(check(open('frozen'), { from })).resolves.toMatchObject({ plan: { name: 'model' } });
    // Stated, the size is known; what is before the operator without gradient stays as it is.
    const shapes = { m: ['batch', 5, 12, 12] };
    await expect(check(open('full', { shapes }), { from })).rejects.toMatchObject({
      code: 'SENSORIUM_NO_GRADIENT',
      location: { key: 'inputs.photo' },
    });
    const { plan } = await check(open(behind, { shapes }), { from });
    expect(plan.rows[1]).toMatchObject({ name: 'photo', trained: 5 });
  });
});

describe('pictures of the tables', () => {
  const rows = (images: readonly string[]): Row[] =>
    images.map((path, index) => ({ image: path, question: 'which?', answer: index % 2 ? 'yes' : 'no' }));
  const withTest = async (name: string, images: readonly string[]): Promise<Manifest> => {
    await mkdir(squares.path('tables'), { recursive: true });
    const path = await writeTable(squares.path('tables'), name, rows(images.map((one) => `../squares/${one}`)));
    return { ...base, data: { train: squares.path('train.csv'), test: path } };
  };
  const many = Array.from({ length: 6 }, (_, index) => `test-${index}.png`);

  it('are looked for, and the first ones decoded', async () => {
    const { media } = await check(base, { from });
    expect(media).toEqual([
      { table: 'train', key: 'inputs.image', sources: 12, found: 12, decoded: 4 },
      { table: 'test', key: 'inputs.image', sources: 6, found: 6, decoded: 4 },
    ]);
  });

  it('that are not there are told with their row, however far behind', async () => {
    await expect(check(await withTest('gone.csv', [...many, 'gone.png']), { from })).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      message: expect.stringContaining('gone.png') as string,
      location: { file: squares.path('tables/gone.csv'), row: 7, line: 8, key: 'image' },
    });
  });

  it('that are damaged are told where they are among the first', async () => {
    await writeFile(squares.path('squares/text.png'), 'I am a picture, believe me.');
    await expect(
      check(await withTest('text.csv', ['test-0.png', 'text.png', ...many]), { from }),
    ).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      location: { file: squares.path('tables/text.csv'), row: 2, line: 3, key: 'image' },
    });
    const { media } = await check(await withTest('late.csv', [...many, 'text.png']), { from });
    expect(media[1]).toMatchObject({ sources: 7, found: 7, decoded: 4 });
  });
});
