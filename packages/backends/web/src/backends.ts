import type { Backend } from '@sensorium/contracts';
import { createBackend } from '@sensorium/backend-runtime';
import { openSession } from './open-session.js';
import { inNode } from './platform.js';

/** The processor through WebAssembly, in browsers and in Node. */
export const wasm: Backend = createBackend({
  name: 'wasm',
  open: (model, options) => openSession('wasm', model, options),
  explain,
});

/** The graphics card, in browsers. Operators it does not have run in WebAssembly. */
export const webgpu: Backend = createBackend({
  name: 'webgpu',
  async open(model, options) {
    await requireAdapter();
    return openSession('webgpu', model, options);
  },
  explain,
});

/** All of them, fastest first. */
export const webBackends: readonly Backend[] = [webgpu, wasm];

/** Asked first, because it needs no download of ONNX Runtime. */
async function requireAdapter(): Promise<void> {
  if (inNode) {
    throw new Error('it is the WebGPU of browsers; in Node use the webgpu of @sensorium/backend-node');
  }
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  if (!gpu) throw new Error('this browser has no WebGPU, or the page comes neither by https nor from localhost');
  if (!(await gpu.requestAdapter())) throw new Error('no adapter; the browser has no graphics card that it may use');
}

function explain(message: string): string {
  if (!message.includes('no available backend found')) return message;
  return `ONNX Runtime did not start; are its files where configureWeb({ wasmPaths }) says? (${message})`;
}
