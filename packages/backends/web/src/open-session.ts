import type { SessionOptions } from '@sensorium/contracts';
import { keptBy, openEngine, takingTurns } from '@sensorium/backend-runtime';
import type { Engine } from '@sensorium/backend-runtime';
import { configured } from './configure.js';
import { openInWorker } from './open-in-worker.js';
import type { Start } from './open-in-worker.js';
import { runtimeOptions } from './runtime-options.js';
import { startRuntime } from './start-runtime.js';
import type { Provider } from './start-runtime.js';

// A WebAssembly program that waits for the graphics card cannot be entered a second time meanwhile.
const withWebgpu = takingTurns();

/** Opens a model with one execution provider, in this thread or in a worker. */
export async function openSession(provider: Provider, model: Uint8Array, options: SessionOptions): Promise<Engine> {
  const { isolate = false, threads } = options;
  const settings = { ...configured(), ...(threads === undefined ? {} : { threads }) };
  const start: Start = { provider, model, settings, kept: keptBy(options) };
  if (isolate) return openInWorker(start);
  const open = () => openHere(start);
  return provider === 'webgpu' ? withWebgpu(open) : open();
}

/** Opens a model in this thread, which may be that of a Web Worker. */
export async function openHere({ provider, model, settings, kept }: Start): Promise<Engine> {
  const runtime = await startRuntime(provider, settings);
  return openEngine(runtime, model, runtimeOptions(provider, kept), kept);
}
