import type { SessionOptions } from '@sensorium/contracts';
import { openEngine } from '@sensorium/backend-runtime';
import type { Engine } from '@sensorium/backend-runtime';
import type { InferenceSession } from 'onnxruntime-node';
import { openInWorker } from './open-in-worker.js';

let live = 0;

/** Opens a model with one execution provider, here or in a worker thread. */
export async function openSession(
  provider: string,
  model: Uint8Array,
  { isolate = false, threads }: SessionOptions,
): Promise<Engine> {
  // Waiting threads of a session spin for a while, which makes the next operator start sooner: tiny models run twice as
  // fast. But they take the processor from whoever else would use it, so only a session that is alone may do so.
  const spin = !isolate && live === 0;
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    // Whatever is logged as an error is thrown as well.
    logSeverityLevel: 4,
    extra: { session: { 'intra_op.allow_spinning': spin ? '1' : '0' } },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  };
  live++;
  const ended = () => void live--;
  try {
    const engine = isolate ? await openInWorker(model, options) : await openHere(model, options);
    return { ...engine, release: () => engine.release().finally(ended) };
  } catch (error) {
    ended();
    throw error;
  }
}

async function openHere(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<Engine> {
  const { default: runtime } = await import('onnxruntime-node');
  runtime.env.logLevel = 'fatal';
  return openEngine(runtime, model, options);
}
