import type { SessionOptions } from '@sensorium/contracts';
import { keptBy, onDevice, openEngine, openInThread, takingTurns } from '@sensorium/backend-runtime';
import type { Engine, Kept } from '@sensorium/backend-runtime';
import type { InferenceSession } from 'onnxruntime-node';
import { importRuntime, runtimeFile } from './runtime.js';

export type Provider = 'cpu' | 'webgpu' | 'cuda';

let live = 0;

// All WebGPU sessions of a process use one device. Two that run at once in two threads end the process.
const withWebgpu = takingTurns();

/** Opens a model with one execution provider, here or in a worker thread. */
export async function openSession(
  provider: Provider,
  model: Uint8Array,
  sessionOptions: SessionOptions,
): Promise<Engine> {
  const { isolate = false, threads } = sessionOptions;
  const kept = keptBy(sessionOptions);
  // A session's threads spin for a while when they have nothing to do, so that the next operator starts sooner: tiny
  // models run up to twice as fast. But they take the processor from everybody else: two sessions that spin take twice
  // as long as two that do not. So only a session that is alone in the process spins.
  const spin = !isolate && live === 0;
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    // Whatever is logged as an error is thrown as well.
    logSeverityLevel: 4,
    extra: { session: { 'intra_op.allow_spinning': spin ? '1' : '0' } },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(provider === 'webgpu' ? onDevice(kept.carried) : {}),
  };
  const open = () =>
    isolate ? openInThread({ runtime: runtimeFile(), model, options, kept }) : openHere(model, options, kept);
  const ended = () => void live--;
  live++;
  try {
    const engine = await (provider === 'webgpu' ? withWebgpu(open) : open());
    return { ...engine, release: () => engine.release().finally(ended) };
  } catch (error) {
    ended();
    throw error;
  }
}

async function openHere(model: Uint8Array, options: InferenceSession.SessionOptions, kept: Kept): Promise<Engine> {
  const runtime = await importRuntime();
  runtime.env.logLevel = 'fatal';
  return openEngine(runtime, model, options, kept);
}
