export { cpu, cuda, nodeBackends, webgpu } from './backends.js';
export { cpuPlugin, cudaPlugin, webgpuPlugin } from './plugins.js';
