import { setImmediate } from 'node:timers/promises';
import { matmuls, relu } from '@sensorium/backend-runtime/testing';
import type { Tensors } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { cpu } from './index.js';

const size = 512;
const model = matmuls(size, 30);
const inputs: Tensors = {
  x: { dtype: 'float32', shape: [size, size], data: new Float32Array(size * size).fill(1) },
  w: { dtype: 'float32', shape: [size, size], data: identity(size) },
};

describe('an isolated session', () => {
  it('leaves the event loop free, and the inputs to their owner', async () => {
    const session = await cpu.load(model, { isolate: true });
    let isRunning = true;
    const running = session.run(inputs).finally(() => (isRunning = false));
    // A session of this thread lets one or two turns through.
    let turns = 0;
    for (; isRunning && turns < 20; turns++) await setImmediate();
    const { y } = await running;
    await session.dispose();
    expect(turns).toBe(20);
    expect(y).toEqual(inputs['x']);
    expect(inputs['w']?.data).toEqual(identity(size));
  });

  it('works next to others', async () => {
    const sessions = await Promise.all([1, 2, 3].map(() => cpu.load(relu, { isolate: true, threads: 1 })));
    const runs = sessions.map((session, index) =>
      session.run({ x: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(index, -1) } }),
    );
    expect((await Promise.all(runs)).map(({ y }) => y?.data)).toEqual(
      [0, 1, 2].map((index) => Float32Array.of(index, 0)),
    );
    await Promise.all(sessions.map((session) => session.dispose()));
  });
});

function identity(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0));
}
