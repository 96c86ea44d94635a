export { wasm, webBackends, webgpu } from './backends.js';
export { configureWeb } from './configure.js';
export type { WebOptions } from './configure.js';
