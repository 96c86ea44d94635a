import { readdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train, type Progress, type TrainOptions } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 0 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});
afterAll(() => rm(squares.folder, { recursive: true }));

const trainInto = (out: string, options: Partial<TrainOptions> = {}) => {
  const data = { train: squares.path('train.csv') };
  return train({ ...squares.manifest, data }, { out: squares.path(out), from, ...options });
};
const lockOf = (out: string): string => squares.path(`${out}/training.lock`);

describe('two trainings into one folder', () => {
  it('are refused, at once and before anything is changed; the first goes on', async () => {
    let second: Promise<unknown> | undefined;
    const onProgress = ({ phase }: Progress): void => {
      if (phase !== 'epoch' || second) return;
      second = trainInto('shared', { onPlan: () => expect.unreachable() }).catch((error: unknown) => error);
    };
    await trainInto('shared', { onProgress });
    expect(await second).toMatchObject({
      code: 'SENSORIUM_LOCKED',
      message: expect.stringMatching(new RegExp(`process ${process.pid} on .*, since \\d{4}-`)) as string,
      hint: expect.stringContaining(`delete ${lockOf('shared')}`) as string,
      location: { file: lockOf('shared') },
    });
    expect(await readdir(squares.path('shared'))).toHaveLength(4);
  });

  it('may follow each other, also after an error and after a stop', async () => {
    await expect(
      trainInto('later', { set: ['training.learningRate=1e30', 'training.optimizer=sgd'] }),
    ).rejects.toThrow();
    const controller = new AbortController();
    const onProgress = ({ phase }: Progress): void => {
      if (phase === 'epoch') controller.abort(new Error('stopped'));
    };
    await expect(trainInto('later', { onProgress, signal: controller.signal })).rejects.toThrow('stopped');
    expect(await readdir(squares.path('later'))).not.toContain('training.lock');
    await trainInto('later', { resume: true });
  });
});
