import type { Env, InferenceSession } from 'onnxruntime-common';
import { connectEngine } from './connect-engine.js';
import { copyModels } from './copy-models.js';
import { endsFirst, marked, markWork, threadState } from './ends-first.js';
import { createEngine, type Engine, type Kept } from './engine.js';
import { openModel } from './open-model.js';
import { serveEngine } from './serve-engine.js';

// The worker's program travels as text: so it is found from sources, from a package and from a bundle alike, where the
// address of a second file would not be.
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { model, options, kept, copyModels, wasm, state } = workerData;
  const open = ${openModel.toString()};
  const engine = ${createEngine.toString()};
  const serve = ${serveEngine.toString()};
  const mark = (${markWork.toString()})(state);
  const marked = ${marked.toString()};
  serve(parentPort, async () =>
    marked(
      await mark(async () => {
        const runtime = require(workerData.runtime);
        runtime.env.logLevel = 'fatal';
        Object.assign(runtime.env.wasm ?? {}, wasm);
        return engine(await open(runtime, model, options, copyModels), kept);
      }),
      mark,
    ),
  );
`;

/** What a worker thread opens. */
export interface ThreadStart {
  /** File of ONNX Runtime's CommonJS build. */
  readonly runtime: string;
  readonly model: Uint8Array;
  readonly options: InferenceSession.SessionOptions;
  readonly kept: Kept;
  /** Settings of a build for WebAssembly. */
  readonly wasm?: Env.WebAssemblyFlags;
}

/** Opens a model in a worker thread of its own, which ends with the engine's release. Node only. */
export function openInThread({ model, ...start }: ThreadStart): Promise<Engine> {
  // Not imported, so that bundlers for pages do not stumble over it.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  // A Buffer is often a small part of a large pool, all of which would be sent along.
  const bytes = model.byteLength === model.buffer.byteLength ? model : model.slice();
  const state = threadState();
  // WebAssembly may be ended at any time.
  const letGo = start.wasm ? (): void => {} : endsFirst(state);
  const worker = new Worker(program, {
    eval: true,
    workerData: { ...start, model: bytes, copyModels, state },
    // Flags of the host program (a loader, an inspector) are none of the worker's.
    execArgv: [],
  });
  return connectEngine({
    post: (request) => worker.postMessage(request),
    onReply: (listener) => worker.on('message', listener),
    onFailure: (listener) => {
      worker.on('error', listener);
      worker.on('exit', (code) => {
        letGo();
        listener(new Error(`the worker thread ended with code ${code}`));
      });
    },
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: async () => void (await worker.terminate()),
  });
}
