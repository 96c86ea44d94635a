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

/** Why WebGPU is not taken any more: it failed while it was used. */
let failure: string | undefined;

/**
 * Finds the backend and starts it: WebAssembly in the place of WebGPU where that cannot be used, with the reason. By itself the
 * page does not take WebGPU where the processor stands in for a graphics card: WebAssembly is faster.
 */
export async function startBackend(choice: Choice): Promise<RunsOn> {
  const imitated = choice === 'auto' && (await isImitated());
  const against = failure ?? (imitated ? 'the processor stands in for a graphics card' : undefined);
  const preference = choice === 'wasm' || against ? ['wasm'] : ['webgpu', 'wasm'];
  const { backend, passedOver } = await chooseBackend(platform, preference, createPluginResolver({ from: [] }));
  const reason = choice === 'wasm' ? undefined : (against ?? passedOver[0]?.reason);
  return { backend: backend as RunsOn['backend'], threads: threads(), ...(reason && { reason }) };
}

/** What `runOn` found out, and where. */
interface Ran<T> {
  readonly result: T;
  readonly runsOn: RunsOn;
}

/**
 * Does something on the chosen backend, and all of it again on WebAssembly where WebGPU fails: its device may be lost at any
 * time. `onFailure` hears of that. Throws what `work` throws where the backend is not to blame.
 */
export async function runOn<T>(
  choice: Choice,
  work: (backend: RunsOn['backend']) => Promise<T>,
  onFailure: () => void = () => undefined,
): Promise<Ran<T>> {
  const runsOn = await startBackend(choice);
  try {
    return { result: await work(runsOn.backend), runsOn };
  } catch (error) {
    if (runsOn.backend !== 'webgpu' || isAbort(error)) throw error;
    onFailure();
    await startBackend('wasm');
    const result = await work('wasm');
    // Only now it is known that WebGPU was to blame.
    failure = 'it failed while it was used';
    return { result, runsOn: await startBackend(choice) };
  }
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

async function isImitated(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: Gpu };
  const adapter = await gpu?.requestAdapter();
  return adapter?.info?.isFallbackAdapter === true;
}
