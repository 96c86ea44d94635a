import { defineBackend, type Backend, type BackendPlugin } from '@sensorium/contracts';
import { z } from 'zod';
import { cpu, cuda, webgpu } from './backends.js';

const plugin = (backend: Backend): BackendPlugin =>
  defineBackend({ specVersion: 'v1', name: backend.name, options: z.strictObject({}), create: () => backend });

/** `cpu` as manifests and resolvers know it. */
export const cpuPlugin = plugin(cpu);

/** `webgpu` as manifests and resolvers know it. */
export const webgpuPlugin = plugin(webgpu);

/** `cuda` as manifests and resolvers know it. */
export const cudaPlugin = plugin(cuda);
