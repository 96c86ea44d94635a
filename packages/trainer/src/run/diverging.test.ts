import { rm } from 'node:fs/promises';
import { cpu } from '@sensorium/backend-node';
import { defineBackend, type Session } from '@sensorium/contracts';
import { memoryStore, type Store } from '@sensorium/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CHECKPOINT_FILE, train } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';
import { loadCheckpoint } from './checkpoint.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 0 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});
afterAll(() => rm(squares.folder, { recursive: true }));

/** The processor, where something happens before every run that trains. */
const watched = (before: () => void) =>
  defineBackend({
    specVersion: 'v1',
    name: 'watched',
    options: z.strictObject({}),
    create: () => ({
      ...cpu,
      name: 'watched',
      async load(model, options): Promise<Session> {
        const session = await cpu.load(model, options);
        const run: Session['run'] = (inputs, given) => {
          if (session.inputNames.includes('steps')) before();
          return session.run(inputs, given);
        };
        return { ...session, run };
      },
    }),
  });

async function trained(out: Store, set: readonly string[], before: () => void, signal?: AbortSignal): Promise<unknown> {
  const data = { train: squares.path('train.csv') };
  const options = { out, from, plugins: [watched(before)], backend: 'watched', set, signal };
  return train({ ...squares.manifest, data }, options).catch((error: unknown) => error);
}
const diverging = ['training.optimizer=sgd', 'training.learningRate=1e30', 'training.clip=null'];

async function expectFinite(out: Store): Promise<void> {
  const { position, state, best } = (await loadCheckpoint(out))!;
  expect(position.done).toBe(0);
  for (const { data } of Object.values({ ...state, ...best })) {
    expect(Array.from<number | bigint, number>(data, Number).every(Number.isFinite)).toBe(true);
  }
}

describe('a training that diverges keeps its last good checkpoint', () => {
  it('also where it is stopped during the steps that break', async () => {
    const out = memoryStore();
    const controller = new AbortController();
    const error = await trained(out, diverging, () => controller.abort(new Error('stopped')), controller.signal);
    expect(error).toMatchObject({ code: 'SENSORIUM_NOT_FINITE' });
    await expectFinite(out);
  });

  it('also where only the last step breaks, whose loss is still finite', async () => {
    const out = memoryStore();
    // A single step: its loss is that of the first weights, and it leaves infinite ones.
    const single = ['training.epochs=1', 'training.batchSize=64', 'training.validation=0', 'training.warmup=0'];
    const steep = ['training.schedule=constant', 'training.learningRate=3e38', 'heads.answer.weight=1e6'];
    const error = await trained(out, [...diverging, ...single, ...steep], () => undefined);
    expect(error).toMatchObject({
      code: 'SENSORIUM_NOT_FINITE',
      message: expect.stringMatching(/^training broke: after step 1, \S+ is infinite or not a number$/) as string,
    });
    await expectFinite(out);
    expect(await out.list()).toEqual([CHECKPOINT_FILE]);
  });
});
