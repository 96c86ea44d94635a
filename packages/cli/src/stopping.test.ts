import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readSafeTensors } from '@sensorium/tensors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sensorium as runIn, start, type Ended } from './testing/sensorium.js';

const manifest = `sensorium: 1
name: colours
inputs: { question: text }
heads: { answer: classification }
training: { epochs: 2, batchSize: 8 }
data: { train: train.csv }
`;

let folder: string;
const options = () => ({ cwd: folder, env: { SENSORIUM_CACHE: join(folder, 'cache') } });
const train = (out: string, ...args: string[]): string[] => ['train', 'colours.yaml', '--out', out, ...args];
const sensorium = (...args: string[]): Promise<Ended> => runIn(args, options());

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-stopping-'));
  const rows = Array.from({ length: 48 }, (_, index) => (index % 2 ? 'is it blue?,yes' : 'is it red?,no'));
  await writeFile(join(folder, 'train.csv'), ['question,answer', ...rows, ''].join('\n'));
  await writeFile(join(folder, 'colours.yaml'), manifest);
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts a training that lasts, and does something to it as soon as an epoch has ended. */
async function whileTraining(
  out: string,
  act: (child: ReturnType<typeof start>) => unknown,
  { more = [], after = 2 }: { readonly more?: readonly string[]; readonly after?: number } = {},
): Promise<Ended> {
  const child = start(train(out, '--set', 'training.epochs=100000', ...more), options());
  const ended = child.ended.then(() => true);
  for (let seen = ''; !new RegExp(`^epoch +${after}/`, 'm').test(seen);) {
    const given = await Promise.race([once(child.stderr!, 'data'), ended]);
    if (given === true) break;
    seen += String(given);
  }
  await act(child);
  return child.ended;
}

async function stepsOf(out: string): Promise<number> {
  const { metadata } = readSafeTensors(await readFile(join(folder, out, 'checkpoint.safetensors')));
  return (JSON.parse(metadata['position']!) as { done: number }).done;
}

describe('a training that is told to stop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s saves a checkpoint and ends with 130', async (signal) => {
    const { code, stderr } = await whileTraining(signal, (child) => child.kill(signal));
    expect(code).toBe(130);
    expect(stderr).toContain(`--out ${signal} --set training.epochs=100000 --resume`);
    expect(await stepsOf(signal)).toBeGreaterThanOrEqual(10);
    expect(await readdir(join(folder, signal))).toEqual(['checkpoint.safetensors']);
  });

  it('does the same where the signal comes twice at once, or SIGHUP again', async () => {
    const { code, stderr } = await whileTraining('twice', (child) => {
      for (const signal of ['SIGINT', 'SIGINT', 'SIGHUP'] as const) child.kill(signal);
    });
    expect(code).toBe(130);
    expect(stderr).toContain('The checkpoint is saved.');
  });

  it('does the same where nobody reads what it tells any more', async () => {
    let exit: Promise<unknown[]> | undefined;
    const unread = whileTraining('unread', async (child) => {
      exit = once(child, 'exit');
      child.stderr!.destroy();
      await wait(100);
      child.kill('SIGHUP');
    });
    await expect(unread).rejects.toThrow('Premature close');
    expect(await exit).toEqual([130, null]);
    expect(await stepsOf('unread')).toBeGreaterThanOrEqual(10);
  });

  it('twice ends at once, while its steps go on, and not by a crash', async () => {
    // The steps of an epoch take longer than the pause between the two.
    const slow = ['--set', 'inputs.question.dim=640', '--set', 'training.batchSize=2'];
    const interrupt = async (child: ReturnType<typeof start>): Promise<void> => {
      child.kill('SIGINT');
      await wait(600);
      child.kill('SIGINT');
    };
    const { code, stderr } = await whileTraining('quit', interrupt, { more: slow, after: 1 });
    expect(stderr).not.toContain('The checkpoint is saved.');
    expect(stderr).not.toMatch(/Napi|abort/i);
    expect(code).toBe(130);
  });
});

describe('--resume', () => {
  it('from the first start on begins, and says at the end that it is done', async () => {
    const first = await sensorium(...train('supervised', '--resume'));
    expect(first.stderr).toContain('there is no checkpoint to go on from: the training begins');
    expect(first.code).toBe(0);
    const model = await readFile(join(folder, 'supervised', 'model.onnx'));
    const second = await sensorium(...train('supervised', '--resume'));
    expect(second.stderr).toContain('the training in this folder is finished: there is nothing left to do');
    expect(second.stdout).toBe(first.stdout);
    expect(second.code).toBe(0);
    const json = await sensorium(...train('supervised', '--resume', '--json'));
    expect(JSON.parse(json.stdout)).toMatchObject({
      metrics: { name: 'colours', history: [{ epoch: 1 }, { epoch: 2 }] },
    });
    expect(await readFile(join(folder, 'supervised', 'model.onnx'))).toEqual(model);
  });

  it('takes a model for finished only if it is the one that was asked for', async () => {
    const { code, stderr } = await sensorium(...train('supervised', '--resume', '--set', 'training.epochs=3'));
    expect(stderr).toContain('SENSORIUM_NOTHING_TO_RESUME');
    expect(code).toBe(1);
  });
});
