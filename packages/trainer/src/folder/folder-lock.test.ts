import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
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

/** Leaves a lock as a training would, and lets another one begin. */
async function trainBeside(out: string, lock: string | object): Promise<unknown> {
  await mkdir(squares.path(out));
  await writeFile(lockOf(out), typeof lock === 'string' ? lock : JSON.stringify(lock));
  return trainInto(out);
}
const since = new Date().toISOString();

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

describe('a lock', () => {
  it('of a process that is gone is taken over', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await trainBeside('gone', { pid, host: hostname(), since });
    expect(await readdir(squares.path('gone'))).toEqual(expect.arrayContaining(['model.onnx']));
    expect(await readdir(squares.path('gone'))).toHaveLength(4);
  });

  it('of an earlier process with the number of this one is taken over', async () => {
    await trainBeside('restarted', { pid: process.pid, host: hostname(), since: '2020-01-01T00:00:00.000Z' });
    expect(await readdir(squares.path('restarted'))).not.toContain('training.lock');
  });

  it.each([
    ['of a process that runs', { pid: process.ppid, host: hostname(), since }, `process ${process.ppid}`],
    ['of another machine', { pid: 4_000_000, host: 'elsewhere', since }, 'process 4000000 on elsewhere'],
    ['that is not readable', '', 'it does not say which'],
  ])('%s stays', async (name, lock, who) => {
    await expect(trainBeside(name, lock)).rejects.toMatchObject({
      code: 'SENSORIUM_LOCKED',
      message: expect.stringContaining(who) as string,
    });
    expect(await readFile(lockOf(name), 'utf8')).toBe(typeof lock === 'string' ? lock : JSON.stringify(lock));
    expect(await readdir(squares.path(name))).toEqual(['training.lock']);
  });

  it('that somebody else holds by now is not removed', async () => {
    const foreign = JSON.stringify({ pid: process.ppid, host: hostname(), since });
    const onProgress = async ({ phase }: Progress): Promise<void> => {
      if (phase === 'epoch') await writeFile(lockOf('stolen'), foreign);
    };
    await trainInto('stolen', { onProgress: (progress) => void onProgress(progress) });
    expect(await readFile(lockOf('stolen'), 'utf8')).toBe(foreign);
  });
});
