import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { connectEngine, copyModels, createEngine, openModel, serveEngine } from '@sensorium/backend-runtime';
import type { Engine, Kept } from '@sensorium/backend-runtime';
import type { InferenceSession } from 'onnxruntime-node';

// The worker's program travels as text: so it is found from sources, from a package and from a bundle alike, where the
// address of a second file would not be.
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const runtime = require(workerData.runtime);
  runtime.env.logLevel = 'fatal';
  const { model, options, kept, copyModels } = workerData;
  const open = ${openModel.toString()};
  const engine = ${createEngine.toString()};
  const serve = ${serveEngine.toString()};
  serve(parentPort, async () => engine(await open(runtime, model, options, copyModels), kept));
`;

/** Opens a model in a worker thread of its own, which ends with the engine's release. */
export function openInWorker(model: Uint8Array, options: InferenceSession.SessionOptions, kept: Kept): Promise<Engine> {
  const runtime = createRequire(import.meta.url).resolve('onnxruntime-node');
  // A Buffer is often a small part of a large pool, all of which would be sent along.
  const bytes = model.byteLength === model.buffer.byteLength ? model : model.slice();
  const worker = new Worker(program, {
    eval: true,
    workerData: { runtime, model: bytes, options, kept, copyModels },
    // Flags of the host program (a loader, an inspector) are none of the worker's.
    execArgv: [],
  });
  return connectEngine({
    post: (request) => worker.postMessage(request),
    onReply: (listener) => worker.on('message', listener),
    onFailure: (listener) => {
      worker.on('error', listener);
      worker.on('exit', (code) => listener(new Error(`the worker thread ended with code ${code}`)));
    },
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: async () => void (await worker.terminate()),
  });
}
