export { wasm, webBackends, webgpu } from './backends.js';
export { wasmPlugin, webgpuPlugin } from './plugins.js';
export { configureWeb } from './configure.js';
export type { WebOptions } from './configure.js';
