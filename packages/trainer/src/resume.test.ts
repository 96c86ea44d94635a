import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readSafeTensors } from '@sensorium/tensors';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE, train, type Progress, type Trained, type TrainOptions } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
let unbroken: Buffer;
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await trainInto('unbroken');
  unbroken = await modelIn('unbroken');
});
afterAll(() => rm(squares.folder, { recursive: true }));

const trainInto = (out: string, options: Partial<TrainOptions> = {}) =>
  train(squares.manifest, { out: squares.path(out), from, ...options });
const modelIn = (folder: string): Promise<Buffer> => readFile(squares.path(`${folder}/model.onnx`));

class Stopped extends Error {}

/** Trains until a progress report says to stop; false if the training ended before. */
async function trainUntil(stop: (progress: Progress) => boolean, out: string, resume = false): Promise<boolean> {
  const controller = new AbortController();
  const onProgress = (progress: Progress): void => {
    if (stop(progress)) controller.abort(new Stopped());
  };
  const outcome = await trainInto(out, { resume, onProgress, signal: controller.signal }).catch((e: unknown) => e);
  if (outcome instanceof Stopped) return true;
  if (outcome instanceof Error) throw outcome;
  return false;
}

async function positionIn(folder: string): Promise<unknown> {
  const { metadata } = readSafeTensors(await readFile(squares.path(`${folder}/${CHECKPOINT_FILE}`)));
  return JSON.parse(metadata['position']!);
}

describe('a training that was stopped by its signal', () => {
  it('goes on in the middle of an epoch, to the same bytes', async () => {
    expect(await trainUntil(({ phase, done }) => phase === 'train' && done === 35, 'stopped')).toBe(true);
    expect(await positionIn('stopped')).toMatchObject({ epoch: 1, step: 16, history: [{ epoch: 1 }] });
    expect(await readdir(squares.path('stopped'))).toEqual([CHECKPOINT_FILE]);
    const resumed = await trainInto('stopped', { resume: true });
    expect((await modelIn('stopped')).equals(unbroken)).toBe(true);
    const seconds = resumed.metrics.history.reduce((sum, epoch) => sum + epoch.seconds, 0);
    expect(resumed.metrics.seconds).toBeGreaterThan(seconds);
  });

  it('goes on wherever and however often it was stopped', async () => {
    let runs = 0;
    const stopAtThird = () => {
      let reports = 0;
      return ({ phase }: Progress): boolean => !['hash', 'prepare', 'save'].includes(phase) && ++reports === 3;
    };
    while (await trainUntil(stopAtThird(), 'often', runs > 0)) runs++;
    expect(runs).toBe(4);
    expect((await modelIn('often')).equals(unbroken)).toBe(true);
  });

  it.each(['validate', 'test'] as const)('goes on where it was stopped while it came to: %s', async (phase) => {
    const before = phase === 'test' ? 'validate' : 'train';
    let seen = 0;
    const stop = (progress: Progress): boolean => progress.phase === before && ++seen === (phase === 'test' ? 5 : 8);
    expect(await trainUntil(stop, `stopped-${phase}`)).toBe(true);
    await trainInto(`stopped-${phase}`, { resume: true });
    expect((await modelIn(`stopped-${phase}`)).equals(unbroken)).toBe(true);
  });

  it('ends while it prepares, and leaves nothing behind', async () => {
    process.env['SENSORIUM_CACHE'] = squares.path('empty-cache');
    expect(await trainUntil(({ phase }) => phase === 'prepare', 'preparing')).toBe(true);
    expect(await readdir(squares.path('empty-cache/prepared'))).toEqual([]);
    expect(await readdir(squares.path('preparing'))).toEqual([]);
    process.env['SENSORIUM_CACHE'] = squares.path('cache');
  });

  it('ends while it learns from the table', async () => {
    const rows = Array.from({ length: 150 }, (_, i) => `squares/train-0.png,question ${i},${i % 2 ? 'yes' : 'no'}`);
    const table = squares.path('questions.csv');
    await writeFile(table, ['image,question,answer', ...rows].join('\n'));
    const controller = new AbortController();
    const onProgress = ({ phase }: Progress): void => {
      if (phase === 'learn') controller.abort(new Stopped());
    };
    const manifest = { ...squares.manifest, data: { train: table }, training: { validation: 0 } };
    const training = train(manifest, { out: squares.path('learning'), from, onProgress, signal: controller.signal });
    await expect(training).rejects.toBeInstanceOf(Stopped);
    await expect(readdir(squares.path('learning'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

interface RunOptions {
  readonly signalAt?: { readonly line: string; readonly send: (child: ChildProcess) => void };
  readonly resume?: boolean;
}

describe('a training whose process was killed', () => {
  let program: string;
  let manifest: string;
  beforeAll(async () => {
    const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));
    program = join(cache, `trainer-${process.pid}`);
    await mkdir(cache, { recursive: true });
    await build({
      configFile: false,
      logLevel: 'error',
      ssr: {
        noExternal: [/^@sensorium\//],
        external: ['onnxruntime-node', 'onnxruntime-web', 'sharp'],
        resolve: { conditions: ['@sensorium/source', 'node', 'import', 'module', 'default'] },
      },
      build: {
        ssr: fileURLToPath(new URL('testing/train-program.ts', import.meta.url)),
        outDir: program,
        minify: false,
        rollupOptions: { output: { entryFileNames: 'train.mjs' } },
      },
    });
    manifest = squares.path('killed.json');
    await writeFile(manifest, JSON.stringify({ ...squares.manifest, training: { epochs: 8, batchSize: 3 } }));
  });
  afterAll(() => rm(program, { recursive: true, force: true }));

  /** Runs the program, and sends it a signal as soon as it prints a line. */
  async function run(out: string, { signalAt, resume = false }: RunOptions = {}) {
    const args = [join(program, 'train.mjs'), manifest, squares.path(out), ...(resume ? ['--resume'] : [])];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line);
      if (line === signalAt?.line) signalAt.send(child);
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return { code, signal, lines };
  }
  const kill = (child: ChildProcess): boolean => child.kill('SIGKILL');

  it('goes on in a new process, to the same bytes', async () => {
    expect(await run('whole')).toMatchObject({ code: 0 });
    expect(await run('killed', { signalAt: { line: 'train 4', send: kill } })).toMatchObject({ signal: 'SIGKILL' });
    const left = await readdir(squares.path('killed'));
    expect(left).toContain(CHECKPOINT_FILE);
    expect(left).not.toContain('model.onnx');
    await writeFile(
      squares.path('killed/model.onnx.12345678-90ab-4cde-8f01-234567890abc.part'),
      'what was just being written',
    );
    const resumed = await run('killed', { resume: true });
    expect(resumed.code).toBe(0);
    expect(resumed.lines).not.toContain('epoch 1');
    expect((await modelIn('killed')).equals(await modelIn('whole'))).toBe(true);
    expect((await readdir(squares.path('killed'))).sort()).toEqual((await readdir(squares.path('whole'))).sort());
  });

  it('had its folder for itself while it lived', async () => {
    let refused: Promise<unknown> | undefined;
    const meet = (child: ChildProcess): void => {
      child.kill('SIGSTOP');
      const expected = expect(trainInto('shared')).rejects.toMatchObject({
        code: 'SENSORIUM_LOCKED',
        message: expect.stringContaining(`process ${child.pid} on ${hostname()}`) as string,
        location: { file: squares.path('shared/training.lock') },
      });
      refused = expected.finally(() => kill(child));
    };
    const ended = await run('shared', { signalAt: { line: 'epoch 1', send: meet } });
    expect(ended.signal).toBe('SIGKILL');
    expect(refused).toBeDefined();
    await refused;
    expect((await readdir(squares.path('shared'))).sort()).toEqual([CHECKPOINT_FILE, 'training.lock']);
    await trainInto('shared');
    expect((await modelIn('shared')).equals(unbroken)).toBe(true);
    expect(await readdir(squares.path('shared'))).not.toContain('training.lock');
  });
});

describe('resume', () => {
  /** Trains on, and gives what is told. */
  async function resumed(
    out: string,
    options: Partial<TrainOptions> = {},
  ): Promise<{ trained: Trained; notes: string[] }> {
    const notes: string[] = [];
    const trained = await trainInto(out, { resume: true, onNote: (note) => notes.push(note), ...options });
    return { trained, notes };
  }

  it('begins where there is no folder, and in one without a checkpoint', async () => {
    const begun = 'there is no checkpoint to go on from: the training begins';
    expect((await resumed('begun')).notes).toContain(begun);
    expect((await modelIn('begun')).equals(unbroken)).toBe(true);
    await mkdir(squares.path('begun-empty'));
    await writeFile(squares.path('begun-empty/checkpoint.previous.safetensors'), 'of a training before');
    expect((await resumed('begun-empty')).notes).toContain(begun);
    expect((await modelIn('begun-empty')).equals(unbroken)).toBe(true);
  });

  it('does not begin among other files', async () => {
    await mkdir(squares.path('other'));
    await writeFile(squares.path('other/notes.txt'), 'mine');
    await expect(resumed('other')).rejects.toMatchObject({ code: 'SENSORIUM_EXISTS' });
  });

  it('gives what is there where the training is finished, and changes nothing', async () => {
    const before = await readdir(squares.path('unbroken'));
    const first = await trainInto('finished');
    const { trained, notes } = await resumed('finished', { onProgress: () => undefined });
    expect(notes).toEqual(['the training in this folder is finished: there is nothing left to do']);
    expect(Object.keys(trained).sort()).toEqual(Object.keys(first).sort());
    expect(Object.keys(trained.files).sort()).toEqual(Object.keys(first.files).sort());
    expect(Buffer.from(trained.model).equals(unbroken)).toBe(true);
    expect(trained.metrics.history).toEqual(first.metrics.history);
    expect(JSON.stringify(trained.manifest)).toBe(JSON.stringify(first.manifest));
    expect(await readdir(squares.path('finished'))).toEqual(before);
    // Elsewhere it is the same training.
    await resumed('finished', { backend: 'wasm' });
  });

  it.each([
    ['of another manifest', { set: ['training.seed=8'] }],
    ['of more epochs', { set: ['training.epochs=5'] }],
    ['that is a first look', { quick: true }],
  ])('does not take a finished training for one %s', async (_, options) => {
    await expect(resumed('unbroken', options)).rejects.toMatchObject({
      code: 'SENSORIUM_NOTHING_TO_RESUME',
      message: expect.stringContaining('is of another training') as string,
    });
    expect((await modelIn('unbroken')).equals(unbroken)).toBe(true);
  });

  it('does not take a damaged model for a finished one', async () => {
    await trainInto('spoilt');
    await truncate(squares.path('spoilt/model.onnx'), 5000);
    await expect(resumed('spoilt')).rejects.toMatchObject({ code: 'SENSORIUM_CHECKSUM' });
    await writeFile(squares.path('spoilt/manifest.json'), '{');
    await expect(resumed('spoilt')).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MODEL' });
  });
});

describe('there is nothing to resume', () => {
  const resume = (out: string, options: Partial<TrainOptions> = {}) => trainInto(out, { resume: true, ...options });

  it('where the manifest or the data have changed since; the checkpoint stays', async () => {
    await trainUntil(({ phase }) => phase === 'epoch', 'changed');
    const before = await readFile(squares.path(`changed/${CHECKPOINT_FILE}`));
    const sets = [
      ...['training.epochs=5', 'training.seed=2', 'inputs.image.augment.colour=0.5', 'heads.answer.weight=2'],
      'training.optimizer={ use: adamw, epsilon: 1e-7 }',
      'fusion.trainable={ parameters: { "**": { weightDecay: 0.5 } } }',
      'heads.answer.trainable={ parameters: { "**": { learningRate: 0.5 } } }',
    ];
    for (const set of sets) {
      await expect(resume('changed', { set: [set] }), set).rejects.toMatchObject({
        code: 'SENSORIUM_NOTHING_TO_RESUME',
        message: expect.stringContaining('another training'),
      });
    }
    await copyFile(squares.path('squares/train-1.png'), squares.path('squares/train-0.png'));
    await expect(resume('changed')).rejects.toMatchObject({ code: 'SENSORIUM_NOTHING_TO_RESUME' });
    expect((await readFile(squares.path(`changed/${CHECKPOINT_FILE}`))).equals(before)).toBe(true);
  });
});
