import { defineBackend, type Backend, type BackendPlugin } from '@sensorium/contracts';
import { z } from 'zod';
import { wasm, webgpu } from './backends.js';

const plugin = (backend: Backend): BackendPlugin =>
  defineBackend({ specVersion: 'v1', name: backend.name, options: z.strictObject({}), create: () => backend });

/** `wasm` as manifests and resolvers know it. */
export const wasmPlugin = plugin(wasm);

/** `webgpu` as manifests and resolvers know it. */
export const webgpuPlugin = plugin(webgpu);
