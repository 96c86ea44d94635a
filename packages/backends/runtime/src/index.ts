export { defineBackend } from './backend.js';
export type { BackendDefinition } from './backend.js';
export { openEngine } from './engine.js';
export type { Engine, OnnxRuntime, Value } from './engine.js';
export { connectEngine } from './connect-engine.js';
export type { EngineWorker } from './connect-engine.js';
export { serveEngine } from './serve-engine.js';
export type { EnginePort, Reply, Request } from './serve-engine.js';
export { takingTurns } from './taking-turns.js';
