import type { Backend } from '@sensorium/contracts';
import { createBackend } from '@sensorium/backend-runtime';
import { openSession } from './open-session.js';
import type { Provider } from './open-session.js';

/** The processor, in native code. */
export const cpu: Backend = nodeBackend('cpu');

/** The graphics card through WebGPU (Vulkan, Metal or Direct3D 12). Operators it does not have run on the processor. */
export const webgpu: Backend = nodeBackend('webgpu');

/** NVIDIA cards through CUDA. Operators it does not have run on the processor. */
export const cuda: Backend = nodeBackend('cuda');

/** All of them, fastest first. */
export const nodeBackends: readonly Backend[] = [cuda, webgpu, cpu];

function nodeBackend(name: Provider): Backend {
  return createBackend({
    name,
    open: (model, options) => openSession(name, model, options),
    explain: (message) => explain(name, message),
  });
}

function explain(name: Provider, message: string): string {
  if (message.includes('backend not found')) {
    return `ONNX Runtime for ${process.platform} on ${process.arch} has no ${name}`;
  }
  if (message.includes('WebGPU adapter')) {
    return 'no adapter; it needs a graphics driver, on Linux one for Vulkan and the loader libvulkan.so.1';
  }
  if (message.includes('Failed to load shared library')) {
    return (
      'libraries not installed; it needs CUDA 12, cuDNN 9 and the provider that the install script of onnxruntime-node ' +
      'downloads if ONNXRUNTIME_NODE_INSTALL is cuda12'
    );
  }
  return message.split('\n', 1)[0] ?? message;
}
