import { copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest, Tensor } from '@sensorium/contracts';
import { expectAllClose } from '@sensorium/testkit';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPipeline, type Pipeline } from './index.js';
import { sketch } from './testing/heads.js';
import {
  buildSmallModel,
  plugins,
  vocabulary,
  words,
  writeModelFolder,
  type BuiltModel,
} from './testing/small-model.js';

const atHand = [...plugins, sketch];

/** Two towers without a fusion, and a head whose graph has a value and noise of its own. */
const manifest: Manifest = {
  sensorium: 1,
  name: 'towers',
  inputs: { title: { ...words, dim: 64, heads: 4 }, note: words },
  heads: { space: { use: 'embedding', of: ['title', 'note'], dim: 16 }, drawn: { use: 'sketch', of: 'note' } },
};

let built: BuiltModel;
let folder: string;
let pipeline: Pipeline;
beforeAll(async () => {
  built = await buildSmallModel(manifest, atHand);
  folder = await writeModelFolder(built);
  pipeline = await loadPipeline(folder, { plugins: atHand });
});
afterAll(async () => {
  await pipeline?.dispose();
  await rm(folder, { recursive: true });
});

const title = 'red square';
const titleIds = new OrtTensor('int32', Int32Array.of(2, 5, 0, 0, 0, 0), [1, 6]);

describe('the file of a further graph', () => {
  const sizeOf = async (name: string): Promise<number> => (await stat(join(folder, name))).size;

  it('stores no weights that model.onnx has', async () => {
    expect(Object.keys(built.files)).toEqual(['model.onnx', 'space.title.onnx', 'space.note.onnx', 'drawn.step.onnx']);
    const weights = 4 * (7 * 64 + 6 * 64 + 4 * 64 * 64 + 8 * 64 * 64);
    expect(await sizeOf('model.onnx')).toBeGreaterThan(weights);
    expect(await sizeOf('space.title.onnx')).toBeLessThan(weights / 8);
  });

  it('runs by its path in bare ONNX Runtime, and not without model.onnx', async () => {
    const session = await InferenceSession.create(join(folder, 'space.title.onnx'));
    expect(session.inputNames).toEqual(['title']);
    const { vector } = await session.run({ title: titleIds });
    await session.release();
    const given = await pipeline.graph('space.title').run({ title });
    expect(vector!.dims).toEqual([1, 16]);
    expectAllClose(given['vector']!, { dtype: 'float32', shape: [1, 16], data: vector!.data as Float32Array });

    const alone = await mkdtemp(join(tmpdir(), 'sensorium-alone-'));
    await copyFile(join(folder, 'space.title.onnx'), join(alone, 'space.title.onnx'));
    await expect(InferenceSession.create(join(alone, 'space.title.onnx'))).rejects.toThrow('model.onnx');
    await rm(alone, { recursive: true });
  });

  it('is checked like the model itself', async () => {
    const other = await writeModelFolder(built);
    await writeFile(join(other, 'space.note.onnx'), built.files['space.title.onnx']!);
    await rm(join(other, 'space.title.onnx'));
    await using changed = await loadPipeline(other, { plugins: atHand });
    await expect(changed.graph('space.note').run({ note: 'red' })).rejects.toMatchObject({
      code: 'SENSORIUM_CHECKSUM',
      location: { file: join(other, 'space.note.onnx') },
    });
    await expect(changed.graph('space.title').run({ title })).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
    // What could not be read is read again when it is there.
    await writeFile(join(other, 'space.title.onnx'), built.files['space.title.onnx']!);
    expect(Object.keys(await changed.graph('space.title').run({ title }))).toEqual(['vector']);
    await rm(other, { recursive: true });
  });
});

describe('a further graph of a pipeline', () => {
  it('has a name, and says what it reads', async () => {
    expect(pipeline.graphs).toEqual(['space.title', 'space.note', 'drawn.step']);
    expect(await pipeline.graph('space.title').inputs()).toEqual({ sample: ['title'], tensors: [] });
    expect(await pipeline.graph('drawn.step').inputs()).toEqual({ sample: ['note'], tensors: ['scale'] });
    expect(() => pipeline.graph('space.titel')).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_UNKNOWN_KEY',
        message: expect.stringContaining('Did you mean "space.title"?'),
      }),
    );
  });

  it('needs only the inputs that it reads, and gives what the answer has', async () => {
    const { space } = await pipeline.run({ title, note: 'blue' });
    const { vector } = await pipeline.graph('space.title').run({ title });
    const other = await pipeline.graph('space.note').run({ note: 'blue' });
    const similarity = Array.from(
      vector!.data as Float32Array,
      (value, index) => value * Number(other['vector']!.data[index]),
    );
    expect(similarity.reduce((a, b) => a + b)).toBeCloseTo(Number(/-?[\d.]+/.exec(space!.text)?.[0]), 2);
    await expect(pipeline.graph('space.title').run({ note: 'blue' })).rejects.toMatchObject({
      code: 'SENSORIUM_MISSING_INPUT',
      location: { key: 'title' },
    });
  });

  it('gives the same in a worker, on wasm, and from memory', async () => {
    const expected = await pipeline.graph('space.title').run({ title });
    const { manifest: json, model, files } = built;
    for (const [source, options] of [
      [folder, { session: { isolate: true } }],
      [folder, { backend: 'wasm' }],
      [{ manifest: json, model, files }, {}],
    ] as const) {
      await using other = await loadPipeline(source, { plugins: atHand, ...options });
      const { vector } = await other.graph('space.title').run({ title });
      expectAllClose(vector!, expected['vector']!);
    }
    await using bare = await loadPipeline({ manifest: json, model }, { plugins: atHand });
    await expect(bare.graph('space.title').run({ title })).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      hint: expect.stringContaining('"files"'),
    });
  });

  it('takes values of its own', async () => {
    const run = async (scale: number): Promise<Tensor> => {
      const tensors = { scale: { dtype: 'float32', shape: [], data: Float32Array.of(scale) } } as const;
      return (await pipeline.graph('drawn.step').run({ note: 'red' }, { tensors }))['scaled']!;
    };
    const [one, three] = [await run(1), await run(3)];
    expect(Number(one.data[0])).not.toBe(0);
    expect(Number(three.data[0])).toBeCloseTo(3 * Number(one.data[0]), 5);
    await expect(pipeline.graph('drawn.step').run({ note: 'red' })).rejects.toMatchObject({
      code: 'SENSORIUM_MISSING_INPUT',
    });
    const tensors = { sclae: { dtype: 'float32', shape: [], data: Float32Array.of(1) } } as const;
    await expect(pipeline.graph('drawn.step').run({ note: 'red' }, { tensors })).rejects.toMatchObject({
      code: 'SENSORIUM_UNKNOWN_INPUT',
    });
  });

  it('ends with the pipeline', async () => {
    const ending = await loadPipeline(folder, { plugins: atHand });
    const graph = ending.graph('space.title');
    await graph.run({ title });
    await ending.dispose();
    await expect(graph.run({ title })).rejects.toMatchObject({ code: 'SENSORIUM_DISPOSED' });
  });
});

describe('noise that an answer asks for', () => {
  const drawn = async (seed?: number, from: Pipeline = pipeline): Promise<unknown> =>
    (await from.run({ title, note: 'blue' }, { seed })).drawn!['value'];

  it('is an input of model.onnx, known by its kind and shape', async () => {
    const session = await InferenceSession.create(join(folder, 'model.onnx'));
    expect(session.inputNames.toSorted()).toEqual(['drawn.noise', 'drawn.noise2', 'note', 'title']);
    await session.release();
    expect(built.manifest.built.noise).toEqual({
      'drawn.noise': { kind: 'normal', shape: [3] },
      'drawn.noise2': { kind: 'uniform', shape: [2] },
      'drawn.step.noise': { kind: 'uniform', shape: [4] },
    });
  });

  it('is fixed by the seed, 0 by default', async () => {
    expect(await drawn()).toBe(await drawn(0));
    expect(await drawn(7)).toBe(await drawn(7));
    expect(await drawn(7)).not.toBe(await drawn(8));
  });

  it('is that of its own sample, whatever runs beside it', async () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const together = await Promise.all(seeds.map((seed) => drawn(seed)));
    for (const seed of seeds) expect(await drawn(seed)).toBeCloseTo(Number(together[seed]), 5);
    expect(new Set(together).size).toBe(20);
  });

  it('is the same on cpu and on wasm', async () => {
    await using onWasm = await loadPipeline(folder, { plugins: atHand, backend: 'wasm' });
    expect(await drawn(5, onWasm)).toBeCloseTo(Number(await drawn(5)), 5);
  });

  it('is what its kind says', async () => {
    const scale = { dtype: 'float32', shape: [], data: Float32Array.of(1) } as const;
    const step = pipeline.graph('drawn.step');
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, seed) => step.run({ note: vocabulary[0] }, { tensors: { scale }, seed })),
    );
    const values = all.flatMap(({ noise }) => Array.from(noise!.data, Number));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((a, b) => a + b) / values.length).toBeCloseTo(0.5, 1);
  });
});
