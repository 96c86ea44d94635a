import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest, Tensor, Trainable } from '@sensorium/contracts';
import { createRandom, sha256 } from '@sensorium/data';
import { convolution, createScope, input, linear, mean, mul, normal, tanh, toOnnx } from '@sensorium/graph';
import { readOnnx, storedTensors } from '@sensorium/onnx';
import { writeSafeTensors } from '@sensorium/tensors';
import { loadPipeline, modelWeights, MODEL_FILE } from '@sensorium/orchestrator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, train, type Progress, type Trained, type TrainOptions } from '../index.js';
import { tuningsOf } from './tuning.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';

type Written = Partial<Trainable> | Trainable['mode'];

let squares: Squares;
let base: Manifest;
let inFile: Record<string, Tensor>;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 0 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await writeFile(squares.path('network.onnx'), networkFile());
  inFile = storedTensors(readOnnx(networkFile()));
  base = {
    sensorium: 1,
    name: 'tuned',
    inputs: { image: onnxPart('full') },
    fusion: { use: 'attention', dim: 8, heads: 2, layers: 1 },
    heads: { answer: 'classification' },
    training: { epochs: 2, batchSize: 4, learningRate: 0.01, validation: 0.2, seed: 3, weightDecay: 0 },
    data: { train: squares.path('train.csv') },
  };
});
afterAll(() => rm(squares.folder, { recursive: true }));

const onnxPart = (trainable: Written) => ({ encoder: 'onnx', file: squares.path('network.onnx'), trainable });

/** A 3×3 convolution, a 1×1 convolution, and a linear layer over the mean: 16×16 pictures → [B,5]. */
function networkFile(scale = 1): Uint8Array {
  const scope = createScope();
  const x = input('picture', 'float32', ['batch', 3, 16, 16]);
  const stem = tanh(convolution(scope.at('stem'), x, 6, { stride: 4 }));
  const mixed = tanh(convolution(scope.at('mix'), stem, 8, { kernel: 1, padding: 0 }));
  const features = linear(scope.at('top'), mean(mixed, [2, 3]), 5);
  const weights = scope.parameters.map(({ name, shape, initialize }) => {
    return [name, { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) }] as const;
  });
  return toOnnx({ inputs: [x], outputs: { features: mul(features, scale) }, weights: Object.fromEntries(weights) });
}
const names = ['stem/weight', 'stem/bias', 'mix/weight', 'mix/bias', 'top/weight', 'top/bias'];

const run = (out: string, manifest: Manifest, options: Partial<TrainOptions> = {}): Promise<Trained> =>
  train(manifest, { out: squares.path(out), from, ...options });
const tuned = (trainable: Written): Manifest => ({ ...base, inputs: { image: onnxPart(trainable) } });
const weightsOf = async (out: string): Promise<Record<string, Tensor>> =>
  modelWeights(await readFile(join(squares.path(out), MODEL_FILE)));

/** Which of the file's weights training changed. */
async function changedIn(out: string): Promise<string[]> {
  const weights = await weightsOf(out);
  return names.filter((name) => String(weights[`inputs/image/model/${name}`]!.data) !== String(inFile[name]!.data));
}

describe('a pretrained encoder', () => {
  it('is in the plan, with what is trained of it', async () => {
    const { plan, manifest } = await check(tuned('probe'), { from });
    const parameters = 3 * 9 * 6 + 6 + (6 * 8 + 8) + (8 * 5 + 5);
    expect(plan.rows[0]).toMatchObject({
      name: 'image',
      input: '16×16×3',
      output: '[B,1,5]',
      trainable: 'probe',
      parameters,
    });
    expect(manifest.inputs['image']!.options).toMatchObject({
      output: 'features',
      size: [16, 16],
      layout: 'NCHW',
      sha256: await sha256(networkFile()),
    });
  });

  it('is left as it is by a probe, which computes its features once', async () => {
    const progress: Progress[] = [];
    await run('probe', tuned('probe'), { onProgress: (step) => progress.push(step) });
    expect(await changedIn('probe')).toEqual([]);
    const phases = progress.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);
    expect(phases.slice(0, 7)).toEqual(['prepare', 'hash', 'prepare', 'features', 'train', 'validate', 'epoch']);
    expect(phases.filter((phase) => phase === 'features')).toHaveLength(1);
    const again: Progress[] = [];
    await run('again', tuned('probe'), { onProgress: (step) => again.push(step) });
    expect(again.map(({ phase }) => phase)).not.toContain('features');
    const [first, second] = ['probe', 'again'].map((out) => readFile(join(squares.path(out), MODEL_FILE)));
    expect((await first!).equals(await second!)).toBe(true);
  });

  it('keeps features that float16 does not hold as they are, and tells where float32 does not hold them', async () => {
    const scaled = async (scale: number): Promise<number[]> => {
      const file = squares.path(`times-${scale}.onnx`);
      await writeFile(file, networkFile(scale));
      const image = { ...onnxPart('probe'), file };
      return (await run(`times-${scale}`, { ...base, inputs: { image } })).metrics.history.map(({ loss }) => loss);
    };
    // The fusion standardizes what it is given, so that the scale does not matter: cut off, it would.
    const [fitting, large] = [await scaled(1e3), await scaled(1e6)];
    for (const [epoch, loss] of large.entries()) expect(loss).toBeCloseTo(fitting[epoch]!, 2);
    await expect(scaled(1e39)).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FINITE',
      message: expect.stringContaining('frozen layers make of image') as string,
      location: { key: 'inputs.image' },
    });
  });

  it('has adapters beside products and 1×1 convolutions with lora, of the rank that is asked for', async () => {
    await run('lora', tuned({ mode: 'lora', rank: 1, alpha: 4 }));
    expect(await changedIn('lora')).toEqual(['mix/weight', 'top/weight']);
    const weights = await weightsOf('lora');
    for (const [name, columns] of [
      ['mix/weight', 6],
      ['top/weight', 5],
    ] as const) {
      const before = inFile[name]!.data as Float32Array;
      const after = weights[`inputs/image/model/${name}`]!.data as Float32Array;
      const change = Array.from(after, (value, at) => value - before[at]!);
      const largest = Math.max(...change.map(Math.abs));
      const pivot = change.findIndex((value) => Math.abs(value) === largest);
      const [row, column] = [Math.floor(pivot / columns), pivot % columns];
      expect(largest).toBeGreaterThan(1e-3);
      // Of a matrix of rank 1, each row is a multiple of another.
      for (const [at, value] of change.entries()) {
        const product = change[row * columns + (at % columns)]! * change[Math.floor(at / columns) * columns + column]!;
        expect(Math.abs(value - product / change[pivot]!)).toBeLessThan(1e-2 * largest);
      }
    }
  });

  it('is trained as a whole with full, and in parts by patterns', async () => {
    await run('full', tuned('full'));
    expect(await changedIn('full')).toEqual(names);
    await run('parts', tuned({ parameters: { 'model/**': 'frozen', 'model/top/*': 'full' } }));
    expect(await changedIn('parts')).toEqual(['top/weight', 'top/bias']);
  });

  it('is not needed by the finished model', async () => {
    await writeFile(squares.path('moved.onnx'), networkFile());
    const image = { ...onnxPart('full'), file: squares.path('moved.onnx') };
    await run('moved', { ...base, inputs: { image } });
    await rm(squares.path('moved.onnx'));
    const pipeline = await loadPipeline(squares.path('moved'), { from });
    const { answer } = await pipeline.run({ image: squares.path('squares/train-0.png') });
    await pipeline.dispose();
    expect(answer!.confidence).toBeGreaterThan(1 / 5);
  });

  it('is read relative to the manifest', async () => {
    const relative = { ...base, inputs: { image: { ...onnxPart('full'), file: 'network.onnx' } } };
    await writeFile(squares.path('relative.yaml'), JSON.stringify(relative));
    expect((await check(squares.path('relative.yaml'), { from })).plan.parameters).toBe(
      (await check(base, { from })).plan.parameters,
    );
  });
});

describe('refuses, when it is checked,', () => {
  it.each<[string, () => Partial<Manifest>, object]>([
    [
      'a file that is not there',
      () => ({ inputs: { image: { encoder: 'onnx', file: squares.path('none.onnx') } } }),
      {
        code: 'SENSORIUM_NOT_FOUND',
        message: expect.stringContaining('none.onnx') as string,
        location: { key: 'inputs.image' },
      },
    ],
    [
      'a pattern that fits no parameter',
      () => tuned({ parameters: { 'model/topp/*': 'lora' } }),
      {
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: expect.stringContaining('no parameter of inputs.image fits "model/topp/*"') as string,
        location: { key: 'inputs.image.trainable.parameters' },
      },
    ],
    [
      'a pattern for adapters that fits none, although another does',
      () => tuned({ parameters: { 'model/stem/*': 'lora', 'model/top/*': 'lora' } }),
      {
        code: 'SENSORIUM_MANIFEST_INVALID',
        message:
          'no adapter can stand beside what "model/stem/*" fits in inputs.image: model/stem/weight, model/stem/bias',
        location: { key: 'inputs.image.trainable.parameters' },
      },
    ],
    [
      'adapters for a part where none can stand, although they can in another',
      () => ({
        ...tuned({ mode: 'lora', parameters: { 'model/{mix,top}/*': 'full' } }),
        fusion: { use: 'attention', trainable: { parameters: { '**/weight': { mode: 'lora' } } } },
      }),
      {
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: 'no adapter can stand beside what is pretrained in inputs.image: model/stem/weight, model/stem/bias',
        location: { key: 'inputs.image.trainable' },
      },
    ],
    [
      'adapters where nothing is pretrained',
      () => ({ inputs: { image: { encoder: 'image', trainable: 'lora' } } }),
      {
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: expect.stringContaining('nothing in inputs.image is pretrained') as string,
        location: { key: 'inputs.image.trainable' },
      },
    ],
  ])('%s', async (_, change, expected) => {
    await expect(check({ ...base, ...change() }, { from })).rejects.toMatchObject(expected);
  });
});

describe('layer-wise decay', () => {
  const names = (count: number, name: (layer: number, what: string) => string): string[] =>
    Array.from({ length: count }, (_, layer) => [name(layer, 'weight'), name(layer, 'bias')]).flat();

  it.each([
    ['paths', (layer: number, what: string) => `block${layer}/${what}`],
    ['dots', (layer: number, what: string) => `layer${layer}.0.${what}`],
    ['names without structure', (layer: number, what: string) => `${what[0]}${layer}`],
  ])('finds layers by %s', async (_, name) => {
    const { manifest } = await check(tuned({ mode: 'full', layerDecay: 0.5 }), { from });
    const all = names(6, name).map((one) => ({ one, shape: /bias$|^b\d$/.test(one) ? [3] : [3, 3] }));
    const scope = createScope();
    const root = scope.at('inputs').at('image').at('model');
    for (const { one, shape } of all) root.parameter(one, shape, normal(1));
    const rates = tuningsOf(manifest, scope.parameters, {}).map((tuning) => ('rate' in tuning ? tuning.rate : NaN));
    expect(rates).toEqual([5, 4, 3, 2, 1, 0].flatMap((power) => [0.5 ** power, 0.5 ** power]));
  });
});

describe('groups of parameters', () => {
  it('have modes, learning rates and decays of their own; what they leave out is as in the part', async () => {
    const trainable = {
      mode: 'lora',
      rank: 2,
      alpha: 3,
      learningRate: 0.5,
      parameters: {
        '**/weight': { learningRate: 0.25 },
        '**/bias': { mode: 'full', learningRate: 1, weightDecay: 0.3 },
        'model/top/bias': 'frozen',
      },
    } as const;
    const { manifest } = await check(tuned(trainable), { from });
    const scope = createScope();
    const image = scope.at('inputs').at('image');
    for (const name of names) image.parameter(`model/${name}`, [3, 3], normal(1), { pretrained: true });
    image.parameter('project/weight', [3, 3], normal(1));
    const adapter = { mode: 'lora', rate: 0.125, rank: 2, alpha: 3 };
    const bias = { mode: 'full', rate: 0.5, weightDecay: 0.3 };
    expect(tuningsOf(manifest, scope.parameters, {})).toEqual([
      ...[adapter, bias, adapter, bias, adapter, { mode: 'frozen' }],
      { mode: 'full', rate: 0.125 },
    ]);
  });

  it('reach the optimizer: what decays fast and hardly learns vanishes', async () => {
    const sizeOf = (tensor: Tensor | undefined): number => Math.hypot(...(tensor!.data as Float32Array));
    const parameters = { 'model/top/*': { learningRate: 1e-2, weightDecay: 4e3 } };
    await run('vanished', tuned({ parameters }));
    const weights = await weightsOf('vanished');
    // Of ten steps with a mean learning rate of 5e-5, each leaves 0.8.
    expect(sizeOf(weights['inputs/image/model/top/weight'])).toBeLessThan(0.5 * sizeOf(inFile['top/weight']));
    expect(sizeOf(weights['inputs/image/model/mix/weight'])).toBeGreaterThan(0.5 * sizeOf(inFile['mix/weight']));
  });
});

describe('weights to start from', () => {
  const image = { encoder: 'image', dim: 8, channels: 4 };
  const scratch = (trainable: Written, weights?: string): Manifest => ({
    ...base,
    inputs: { image: { ...image, trainable } },
    data: { ...base.data, ...(weights && { weights: squares.path(weights) }) },
  });
  let first: Record<string, Tensor>;
  beforeAll(async () => {
    await run('scratch', scratch('full'));
    first = await weightsOf('scratch');
    await writeFile(squares.path('all.safetensors'), writeSafeTensors(first));
  });

  it('are those of a model folder, or of a safetensors file', async () => {
    const [onnx, safetensors] = await Promise.all(
      [`scratch/${MODEL_FILE}`, 'all.safetensors'].map((file) => check(scratch('full', file), { from })),
    );
    for (const { start } of [onnx!, safetensors!]) {
      expect(start!.matched.toSorted()).toEqual(Object.keys(first).sort());
      expect(start).toMatchObject({ missing: [], unused: [], misshapen: [] });
    }
  });

  it('are pretrained: a probe keeps them, and lora puts adapters beside them', async () => {
    const heads = { answer: { use: 'classification', trainable: 'frozen' } as const };
    const fusion = { use: 'attention', dim: 8, heads: 2, layers: 1, trainable: 'full' } as const;
    const progress: Progress[] = [];
    const probe = { ...scratch('probe', `scratch/${MODEL_FILE}`), fusion, heads };
    await run('kept', probe, { onProgress: (step) => progress.push(step) });
    expect(progress.map(({ phase }) => phase)).toContain('features');
    await run('adapted', { ...scratch('lora', 'all.safetensors'), fusion, heads });
    const changed = async (out: string): Promise<string[]> => {
      const weights = await weightsOf(out);
      const own = Object.keys(first).filter((name) => !name.startsWith('fusion/'));
      return own.filter((name) => String(weights[name]!.data) !== String(first[name]!.data));
    };
    expect(await changed('kept')).toEqual([]);
    expect(await changed('adapted')).toEqual(['inputs/image/project/weight']);
  });

  it('may be of a part of the model: what fits is taken, and the rest is told', async () => {
    const [matched, left, reshaped] = Object.keys(first).filter((name) => name.startsWith('inputs/image/')) as [
      string,
      string,
      string,
    ];
    const { [left]: dropped, ...others } = first;
    const shape = [1, ...first[reshaped]!.shape];
    const tensors = { ...others, [reshaped]: { ...first[reshaped]!, shape }, 'heads/other/weight': dropped! };
    await writeFile(squares.path('part.safetensors'), writeSafeTensors(tensors));
    const { metrics } = await run('partly', scratch('probe', 'part.safetensors'));
    expect(metrics.start).toMatchObject({
      files: [squares.path('part.safetensors')],
      missing: [left],
      unused: ['heads/other/weight'],
      misshapen: [{ name: reshaped, expected: `[${first[reshaped]!.shape}]`, found: `[${shape}]` }],
    });
    expect(metrics.start!.matched).toHaveLength(Object.keys(first).length - 2);
    const weights = await weightsOf('partly');
    expect(weights[matched]).toEqual(first[matched]);
    for (const name of [left, reshaped]) expect(weights[name], name).not.toEqual(first[name]);
  });

  it('must be finite', async () => {
    const [name = ''] = Object.keys(first);
    const broken = { ...first[name]!, data: Float32Array.from(first[name]!.data as Float32Array).fill(NaN, 1, 2) };
    await writeFile(squares.path('broken.safetensors'), writeSafeTensors({ ...first, [name]: broken }));
    for (const mode of ['full', 'frozen'] as const) {
      await expect(run(`broken-${mode}`, scratch(mode, 'broken.safetensors'))).rejects.toMatchObject({
        code: 'SENSORIUM_NOT_FINITE',
        location: { key: name },
      });
    }
  });

  it('must fit somewhere, and be weights', async () => {
    await writeFile(
      squares.path('others.safetensors'),
      writeSafeTensors({ 'heads/other/weight': first[Object.keys(first)[0]!]! }),
    );
    await writeFile(squares.path('cut.onnx'), networkFile().subarray(0, 100));
    for (const [file, message] of [
      ['others.safetensors', /others\.safetensors": none of the weights fits/],
      ['network.onnx', /network\.onnx": this ONNX file is not that of a Sensorium model/],
      ['cut.onnx', /cut\.onnx": this is not a whole ONNX model/],
    ] as const) {
      await expect(check(scratch('full', file), { from })).rejects.toMatchObject({
        code: 'SENSORIUM_BAD_MODEL',
        message: expect.stringMatching(message) as string,
        location: { key: 'data.weights' },
      });
    }
  });
});
