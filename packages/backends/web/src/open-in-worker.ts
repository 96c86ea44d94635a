import { SensoriumError } from '@sensorium/contracts';
import { connectEngine } from '@sensorium/backend-runtime';
import type { Engine, Kept, Reply } from '@sensorium/backend-runtime';
import { inNode } from './platform.js';
import type { Provider, RuntimeSettings } from './start-runtime.js';

/** What opens a session: the first message to the worker. */
export interface Start {
  readonly provider: Provider;
  readonly model: Uint8Array;
  readonly settings: RuntimeSettings;
  readonly kept: Kept;
}

/** Opens a model in a Web Worker of its own with its own ONNX Runtime. All its memory ends with the engine's release. */
export async function openInWorker(start: Start): Promise<Engine> {
  if (inNode) {
    throw new SensoriumError({
      code: 'SENSORIUM_BACKEND_UNAVAILABLE',
      message: `An isolated session of ${start.provider} needs a browser.`,
      hint: 'In Node, isolate sessions of @sensorium/backend-node.',
    });
  }
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
