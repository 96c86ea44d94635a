import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { connectEngine } from './index.js';
import type { Engine } from './index.js';

async function connectTo(program: string): Promise<{ engine: Engine; worker: Worker }> {
  const worker = new Worker(`const { parentPort } = require('node:worker_threads'); ${program}`, { eval: true });
  const engine = await connectEngine({
    post: (request) => worker.postMessage(request),
    onReply: (listener) => worker.on('message', listener),
    onFailure: (listener) => {
      worker.on('error', listener);
      worker.on('exit', (code) => listener(new Error(`ended with ${code}`)));
    },
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: async () => void (await worker.terminate()),
  });
  return { engine, worker };
}

const ready = `parentPort.postMessage({ id: 0, value: { inputs: [], outputs: [] } });`;

it('rejects what waits and what comes, where the worker breaks down', async () => {
  const { engine, worker } = await connectTo(
    `${ready} parentPort.on('message', () => { throw new Error('out of luck'); });`,
  );
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  const runs = [engine.run({}, []), engine.run({}, [])];
  for (const run of runs) await expect(run).rejects.toThrow('out of luck');
  await ended;
  await expect(engine.run({}, [])).rejects.toThrow('out of luck');
});

it('rejects where the worker ends before it is ready', async () => {
  await expect(connectTo(`process.exit(3);`)).rejects.toThrow('ended with 3');
});

it('answers in whatever order the answers come', async () => {
  const { engine } = await connectTo(`${ready}
    const ids = [];
    parentPort.on('message', ({ id, call }) => {
      if (call === 'release') parentPort.postMessage({ id, value: {} });
      else if (ids.push(id) === 2) for (const id of ids.reverse()) parentPort.postMessage({ id, value: { id } });
    });`);
  expect(await Promise.all([engine.run({}, []), engine.run({}, [])])).toEqual([{ id: 1 }, { id: 2 }]);
  await engine.release();
});
