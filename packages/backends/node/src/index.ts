export { cpu, cuda, nodeBackends, webgpu } from './backends.js';
