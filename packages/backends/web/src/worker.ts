import { openEngine, serveEngine } from '@sensorium/backend-runtime';
import type { EnginePort } from '@sensorium/backend-runtime';
import type { Start } from './open-in-worker.js';
import { onnxOptions } from './open-session.js';
import { startRuntime } from './start-runtime.js';

// The program of the Web Worker behind an isolated session.
globalThis.addEventListener(
  'message',
  ({ data: { provider, model, settings } }: MessageEvent<Start>) =>
    void serveEngine(globalThis as unknown as EnginePort, async () =>
      openEngine(await startRuntime(provider, settings), model, onnxOptions(provider)),
    ),
  { once: true },
);
