import { chooseBackend, createPluginResolver, platform } from '@sensorium/orchestrator';

/** What the person chose: a backend by its name, or whatever is best here. */
export type Choice = 'auto' | 'webgpu' | 'wasm';

/** Where the page computes. */
export interface RunsOn {
  readonly backend: 'webgpu' | 'wasm';
  /** Of WebAssembly. */
  readonly threads: number;
  /** Why it is not WebGPU, where that was wanted. */
  readonly reason?: string;
}

/** Of WebGPU in browsers; TypeScript has no types for it. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info?: { readonly isFallbackAdapter?: boolean } } | null>;
}

/** As ONNX Runtime does where nobody says otherwise; one where the page is not isolated. */
const threads = (): number =>
  globalThis.crossOriginIsolated ? Math.min(4, Math.ceil(navigator.hardwareConcurrency / 2)) : 1;

/**
 * Finds the backend and starts it. By itself it takes a graphics card, and WebAssembly where there is none: what a
 * processor computes in a graphics card's place is slower than WebAssembly. Throws SENSORIUM_BACKEND_UNAVAILABLE.
 */
export async function startBackend(choice: Choice): Promise<RunsOn> {
  const imitated = choice === 'auto' && (await isImitated());
  const preference = choice !== 'auto' ? [choice] : imitated ? ['wasm'] : ['webgpu', 'wasm'];
  const { backend, passedOver } = await chooseBackend(platform, preference, createPluginResolver({ from: [] }));
  const reason = imitated ? 'the processor stands in for a graphics card' : passedOver[0]?.reason;
  return { backend: backend as RunsOn['backend'], threads: threads(), ...(reason && { reason }) };
}

async function isImitated(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: Gpu };
  const adapter = await gpu?.requestAdapter();
  return adapter?.info?.isFallbackAdapter === true;
}
