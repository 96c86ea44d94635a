import { connectEngine, openInThread } from '@sensorium/backend-runtime';
import type { Engine, Kept, Reply } from '@sensorium/backend-runtime';
import { inNode } from './platform.js';
import { runtimeOptions } from './runtime-options.js';
import { wasmFlags, type Provider, type RuntimeSettings } from './start-runtime.js';

/** What opens a session: the first message to a Web Worker. */
export interface Start {
  readonly provider: Provider;
  readonly model: Uint8Array;
  readonly settings: RuntimeSettings;
  readonly kept: Kept;
}

/** Opens a model in a worker of its own with its own ONNX Runtime. All its memory ends with the engine's release. */
export const openInWorker = (start: Start): Promise<Engine> => (inNode ? openInNode(start) : openInWebWorker(start));

async function openInNode({ provider, model, settings, kept }: Start): Promise<Engine> {
  const { createRequire } = process.getBuiltinModule('node:module');
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-web');
  return openInThread({ runtime, model, options: runtimeOptions(provider, kept), kept, wasm: wasmFlags(settings) });
}

async function openInWebWorker(start: Start): Promise<Engine> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.postMessage(start);
  return connectEngine({
    post: (request) => worker.postMessage(request),
    onReply: (listener) => worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => listener(data)),
    onFailure: (listener) =>
      worker.addEventListener('error', ({ message }) => listener(new Error(message || 'the worker did not start'))),
    terminate: async () => worker.terminate(),
  });
}
