import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { memoryStore, writeStored } from '@sensorium/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE, train, type Progress, type TrainOptions } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 0 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await trainInto('finished');
});
afterAll(() => rm(squares.folder, { recursive: true }));

const trainInto = (out: string, options: Partial<TrainOptions> = {}) => {
  const data = { train: squares.path('train.csv') };
  return train({ ...squares.manifest, data }, { out: squares.path(out), from, ...options });
};
const fileIn = (out: string, file: string): Promise<Buffer> => readFile(squares.path(`${out}/${file}`));
const filesIn = (out: string): Promise<string[]> => readdir(squares.path(out));

/** Stops a training once it has trained for some steps. */
async function stopInto(out: string, options: Partial<TrainOptions> = {}): Promise<void> {
  const controller = new AbortController();
  const onProgress = ({ phase, done }: Progress): void => {
    if (phase === 'train' && done > 1) controller.abort(new Error('stopped'));
  };
  await expect(trainInto(out, { ...options, onProgress, signal: controller.signal })).rejects.toThrow('stopped');
}

describe('a folder that holds a model', () => {
  it('is refused before anything is read or written', async () => {
    const before = await fileIn('finished', 'model.onnx');
    await expect(trainInto('finished', { onPlan: () => expect.unreachable() })).rejects.toMatchObject({
      code: 'SENSORIUM_EXISTS',
      message: `"${squares.path('finished')}" holds a finished model`,
      hint: expect.stringContaining('overwrite, --force') as string,
      location: { file: squares.path('finished') },
    });
    expect(await fileIn('finished', 'model.onnx')).toEqual(before);
  });

  it('keeps it, if it may be replaced, until the new one is whole', async () => {
    await trainInto('old', { set: ['training.seed=7'] });
    const files = await filesIn('old');
    const [old, manifest] = [await fileIn('old', 'model.onnx'), await fileIn('old', 'manifest.json')];
    await stopInto('old', { overwrite: true });
    expect([await fileIn('old', 'model.onnx'), await fileIn('old', 'manifest.json')]).toEqual([old, manifest]);
    await trainInto('old', { resume: true });
    expect(await fileIn('old', 'model.onnx')).toEqual(await fileIn('finished', 'model.onnx'));
    expect(await filesIn('old')).toEqual(files);
  });
});

describe('a folder that holds an unfinished training', () => {
  it('is refused, and says how to go on', async () => {
    await stopInto('unfinished');
    await expect(trainInto('unfinished')).rejects.toMatchObject({
      code: 'SENSORIUM_EXISTS',
      message: `"${squares.path('unfinished')}" holds an unfinished training`,
      hint: expect.stringContaining('--resume') as string,
    });
  });

  it('keeps every checkpoint that a training begins anew beside', async () => {
    const checkpoints = [await fileIn('unfinished', CHECKPOINT_FILE)];
    const notes: string[] = [];
    const again = { overwrite: true, onNote: (note: string) => void notes.push(note) };
    await stopInto('unfinished', again);
    checkpoints.push(await fileIn('unfinished', CHECKPOINT_FILE));
    await trainInto('unfinished', again);
    const names = ['checkpoint.previous.safetensors', 'checkpoint.previous-2.safetensors'];
    expect(await Promise.all(names.map((name) => fileIn('unfinished', name)))).toEqual(checkpoints);
    expect(notes).toEqual(names.map((name) => expect.stringContaining(squares.path(`unfinished/${name}`)) as string));
    expect(await filesIn('unfinished')).not.toContain(CHECKPOINT_FILE);
  });
});

it('a training that failed at its first step leaves nothing that another one would have to spare', async () => {
  const bad = { set: ['training.learningRate=1e30', 'training.optimizer=sgd'] };
  await expect(trainInto('failed', bad)).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FINITE' });
  expect(await filesIn('failed')).toEqual([CHECKPOINT_FILE]);
  await trainInto('failed');
  expect(await filesIn('failed')).toEqual(await filesIn('finished'));
});

describe('a folder that holds something else', () => {
  it('is refused, and nothing is written beside it', async () => {
    await mkdir(squares.path('other'));
    for (const name of ['a', 'b', 'c', 'd', 'e']) await writeFile(squares.path(`other/${name}.csv`), 'x');
    await expect(trainInto('other')).rejects.toMatchObject({
      code: 'SENSORIUM_EXISTS',
      message: expect.stringMatching(/holds other files: a\.csv, b\.csv, c\.csv and 2 more$/) as string,
    });
    expect(await filesIn('other')).toHaveLength(5);
  });

  it('is taken if that is asked for, and so is an empty one', async () => {
    await trainInto('other', { overwrite: true });
    expect(await filesIn('other')).toEqual(expect.arrayContaining(['a.csv', 'model.onnx']));
    await mkdir(squares.path('empty'));
    await trainInto('empty');
    expect(await filesIn('empty')).toContain('model.onnx');
  });
});

it('a store in memory is no different', async () => {
  const out = memoryStore();
  await writeStored(out, { note: 'x' });
  await expect(train(squares.manifest, { out, from })).rejects.toMatchObject({ code: 'SENSORIUM_EXISTS' });
});
