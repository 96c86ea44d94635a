import { cpu } from '@sensorium/backend-node';
import { behavesAsSession, matmuls, relu } from '@sensorium/backend-runtime/testing';
import type { Tensors } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { configureWeb, wasm, webgpu } from './index.js';

behavesAsSession(wasm);
behavesAsSession(wasm, { isolate: true });

describe('in Node', () => {
  it('wasm computes as cpu does', async () => {
    const wave = (count: number, step: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * step));
    const inputs: Tensors = {
      x: { dtype: 'float32', shape: [3, 64], data: wave(192, 0.7) },
      w: { dtype: 'float32', shape: [64, 64], data: wave(4096, 0.3) },
    };
    const sessions = await Promise.all([cpu, wasm].map((backend) => backend.load(matmuls(64, 2))));
    const [expected, given] = await Promise.all(sessions.map((session) => session.run(inputs)));
    const values = Array.from(expected?.['y']?.data as Float32Array);
    expect(given?.['y']?.shape).toEqual([3, 64]);
    values.forEach((value, index) => expect(given?.['y']?.data[index]).toBeCloseTo(value, 4));
    await Promise.all(sessions.map((session) => session.dispose()));
  });

  it('webgpu points to the package that has it', async () => {
    const reason = 'it is the WebGPU of browsers; in Node use the webgpu of @sensorium/backend-node';
    expect(await webgpu.available()).toEqual({ available: false, reason });
    await expect(webgpu.load(relu)).rejects.toMatchObject({
      code: 'SENSORIUM_BACKEND_UNAVAILABLE',
      message: `The backend webgpu cannot run here: ${reason}`,
    });
  });

  it('is not configured any more once it runs', async () => {
    await wasm.available();
    expect(() => configureWeb({ threads: 2 })).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_PLUGIN_ALREADY_STARTED' }),
    );
  });
});
