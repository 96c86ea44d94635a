import type { SessionOptions } from '@sensorium/contracts';
import { openEngine, takingTurns } from '@sensorium/backend-runtime';
import type { Engine } from '@sensorium/backend-runtime';
import { configured } from './configure.js';
import { openInWorker } from './open-in-worker.js';
import { startRuntime } from './start-runtime.js';
import type { Provider } from './start-runtime.js';

// A WebAssembly program that waits for the graphics card cannot be entered a second time meanwhile.
const withWebgpu = takingTurns();

/** Opens a model with one execution provider, in this thread or in a Web Worker. */
export async function openSession(
  provider: Provider,
  model: Uint8Array,
  { isolate = false, threads }: SessionOptions,
): Promise<Engine> {
  const settings = { ...configured(), ...(threads === undefined ? {} : { threads }) };
  if (isolate) return openInWorker({ provider, model, settings });
  const open = async () => openEngine(await startRuntime(provider, settings), model, onnxOptions(provider));
  return provider === 'webgpu' ? withWebgpu(open) : open();
}

export const onnxOptions = (provider: Provider) =>
  ({ executionProviders: [provider], graphOptimizationLevel: 'all', logSeverityLevel: 4 }) as const;
