import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRandom, folderStore, memoryStore, writeStored } from '@sensorium/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE, train, type Progress, type TrainOptions } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';
import { loadCheckpoint, saveCheckpoint, type Checkpoint } from './checkpoint.js';
import { contradictionOf, type Position, type Route } from './position.js';

let squares: Squares;
/** Of a training that was stopped after 35 steps of 4 epochs with 19 (its last one short) each. */
let bytes: Uint8Array;
let checkpoint: Checkpoint;

const trainInto = (out: string, options: Partial<TrainOptions> = {}) =>
  train(squares.manifest, { out: squares.path(out), from, ...options });
const fileIn = (out: string): string => squares.path(`${out}/${CHECKPOINT_FILE}`);

async function loadOf(content: Uint8Array): Promise<Checkpoint | undefined> {
  const store = memoryStore();
  await writeStored(store, { [CHECKPOINT_FILE]: content });
  return loadCheckpoint(store);
}

async function stopAfter(steps: number, options: Partial<TrainOptions> = {}): Promise<void> {
  const controller = new AbortController();
  const onProgress = ({ phase, done }: Progress): void => {
    if (phase === 'train' && done >= steps) controller.abort(new Error('stopped'));
  };
  await expect(trainInto('stopped', { ...options, onProgress, signal: controller.signal })).rejects.toThrow('stopped');
}

beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await stopAfter(35);
  bytes = await readFile(fileIn('stopped'));
  checkpoint = (await loadOf(bytes))!;
});
afterAll(() => rm(squares.folder, { recursive: true }));

const flipped = (at: number, bit: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
const damaged = { code: 'SENSORIUM_BAD_MODEL', message: expect.stringMatching(/^the checkpoint is damaged/) as string };
const resumed = (): Promise<unknown> => trainInto('stopped', { resume: true });

describe('a checkpoint that is not as it was written is refused', () => {
  it('if one bit is another, wherever', async () => {
    const random = createRandom(1, 'bits');
    const header = Array.from({ length: 120 }, (_, index) => index);
    const anywhere = Array.from({ length: 300 }, () => random.integer(bytes.length));
    for (const place of [...header, ...anywhere, bytes.length - 1]) {
      await expect(loadOf(flipped(place, place % 8)), `byte ${place}`).rejects.toMatchObject(damaged);
    }
  });

  it.each<[string, () => Uint8Array]>([
    ['cut', () => bytes.subarray(0, 1000)],
    ['cut before its checksum ends', () => bytes.subarray(0, 60)],
    ['nearly nothing', () => Uint8Array.of(1)],
    ['one byte longer', () => Uint8Array.from([...bytes, 0])],
    ['a file of text', () => new TextEncoder().encode('x'.repeat(1000))],
  ])('if it is %s', async (_, content) => {
    await expect(loadOf(content())).rejects.toMatchObject(damaged);
  });

  it('by a training, which leaves it there', async () => {
    await writeFile(fileIn('stopped'), flipped(bytes.length - 100, 6));
    await expect(resumed()).rejects.toMatchObject({
      ...damaged,
      hint: expect.stringContaining('--resume') as string,
      location: { file: fileIn('stopped') },
    });
    expect(Buffer.compare(await readFile(fileIn('stopped')), flipped(bytes.length - 100, 6))).toBe(0);
  });

  it('and is kept by a training that begins anew', async () => {
    await writeFile(fileIn('stopped'), flipped(bytes.length - 100, 6));
    const notes: string[] = [];
    await stopAfter(2, { overwrite: true, onNote: (note) => notes.push(note) });
    expect(notes.join()).toContain('checkpoint.previous.safetensors');
  });
});

describe('a checkpoint that stands where its training never does', () => {
  const routeOf = ({ position, state, best }: Checkpoint): Route => ({
    epochs: 4,
    perEpoch: position.done - position.step,
    isPaced: false,
    losses: Object.keys(position.sums),
    program: { state: Object.keys(state), trained: Object.keys(best), following: [] },
  });
  const contradiction = (changed: object, route: Partial<Route> = {}, tensors: Partial<Checkpoint> = {}) =>
    contradictionOf(
      { ...checkpoint.position, ...changed },
      { ...checkpoint, ...tensors },
      { ...routeOf(checkpoint), ...route },
    );

  it('is told from one that does', () => {
    expect(checkpoint.position).toMatchObject({ epoch: 1, done: 35, history: [{ epoch: 1 }] });
    expect(contradiction({})).toBeUndefined();
  });

  it.each<[string, (position: Position) => object]>([
    ['epoch', () => ({ epoch: -1, step: 0, done: 0 })],
    ['epoch', () => ({ epoch: 1e6 })],
    ['epoch', () => ({ epoch: '1' })],
    ['step', () => ({ step: 1e6 })],
    ['step', () => ({ step: 0.5 })],
    ['done', ({ done }) => ({ done: done - 1 })],
    ['done', ({ step }) => ({ step: step - 1 })],
    ['done', ({ epoch }) => ({ epoch: epoch + 1 })],
    ['clock', ({ clock }) => ({ clock: clock + 1 })],
    ['isOver', () => ({ isOver: true })],
    ['sums', () => ({ sums: {} })],
    ['sums', ({ sums }) => ({ sums: { ...sums, loss: null } })],
    ['seconds', () => ({ seconds: -1 })],
    ['history', () => ({ history: [] })],
    ['history', ({ history }) => ({ history: history.map((report) => ({ ...report, epoch: 7 })) })],
    ['history', ({ history }) => ({ history: history.map((report) => ({ ...report, loss: null })) })],
    ['curve', ({ curve }) => ({ curve: { ...curve, every: 2 * curve.every } })],
    ['best', () => ({ best: { epoch: 9, since: 1, score: 1 } })],
    ['best', () => ({ best: undefined })],
    ['decidedBy', () => ({ decidedBy: 'answer' })],
  ])('says what is wrong with it: %s', (name, change) => {
    expect(contradiction(change(checkpoint.position))).toBe(name);
  });

  it('may be further on its schedule than its steps where time is limited', () => {
    const limited = { isPaced: true };
    expect(contradiction({ clock: 40.5 }, limited)).toBeUndefined();
    expect(contradiction({ clock: 30 }, limited)).toBe('clock');
    expect(contradiction({ clock: 1e6 }, limited)).toBe('clock');
    expect(contradiction({ clock: 60, isOver: true }, limited)).toBeUndefined();
  });

  it('has the tensors of that place', () => {
    const { step, ...others } = checkpoint.state;
    const { program } = routeOf(checkpoint);
    const later = { ...step!, data: Float32Array.of(36) };
    expect(contradiction({}, {}, { state: { ...others, step: later } })).toBe('the number of steps in its state');
    expect(contradiction({}, { program: { ...program, state: ['step'] } })).toBe('the tensors of its state');
    expect(contradiction({}, {}, { best: {} })).toBe('the tensors of the best epoch');
  });

  it.each([
    ['done is wrong', { epoch: 2 }],
    ['its form is wrong', { sums: null }],
    ['its form is wrong', { history: 'x' }],
  ])('is refused by that training: %s', async (message, change) => {
    const position = { ...checkpoint.position, ...change } as Position;
    await saveCheckpoint(folderStore(squares.path('stopped')), { ...checkpoint, position });
    await expect(resumed()).rejects.toMatchObject({
      ...damaged,
      message: expect.stringContaining(message) as string,
    });
  });
});
