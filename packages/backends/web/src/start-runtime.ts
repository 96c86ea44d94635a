import type { OnnxRuntime } from '@sensorium/backend-runtime';
import type { Env } from 'onnxruntime-web';

export type Provider = 'wasm' | 'webgpu';

export interface RuntimeSettings {
  /** Absolute address of a folder, ending in `/`. */
  readonly wasmPaths?: string | undefined;
  readonly threads?: number | undefined;
}

const running = new Map<Provider, Promise<OnnxRuntime>>();

/** Loads ONNX Runtime where that has not happened yet: once for each provider in a page or worker. */
export function startRuntime(provider: Provider, settings: RuntimeSettings): Promise<OnnxRuntime> {
  const runtime = running.get(provider) ?? start(provider, settings);
  running.set(provider, runtime);
  return runtime;
}

export const isRunning = (): boolean => running.size > 0;

async function start(provider: Provider, settings: RuntimeSettings): Promise<OnnxRuntime> {
  const runtime = await (provider === 'wasm' ? import('#onnxruntime/wasm') : import('onnxruntime-web/webgpu'));
  const { env } = runtime;
  // Whatever is logged as an error is thrown as well.
  env.logLevel = 'fatal';
  Object.assign(env.wasm, wasmFlags(settings));
  return runtime;
}

/** Those of ONNX Runtime that are not its defaults. */
export function wasmFlags({ wasmPaths, threads }: RuntimeSettings): Env.WebAssemblyFlags {
  // Threads need shared memory, which a page has only where it is isolated; Node, where nothing says so, always has it.
  const alone = globalThis.crossOriginIsolated === false;
  const numThreads = alone ? 1 : threads;
  return { ...(wasmPaths !== undefined && { wasmPaths }), ...(numThreads !== undefined && { numThreads }) };
}
