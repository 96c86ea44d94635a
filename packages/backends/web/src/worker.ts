import { serveEngine } from '@sensorium/backend-runtime';
import type { EnginePort } from '@sensorium/backend-runtime';
import type { Start } from './open-in-worker.js';
import { openHere } from './open-session.js';

// The program of the Web Worker behind an isolated session.
globalThis.addEventListener(
  'message',
  ({ data }: MessageEvent<Start>) => void serveEngine(globalThis as unknown as EnginePort, () => openHere(data)),
  { once: true },
);
