import type { Tensor, Tensors } from './tensor.js';

export type Availability = { readonly available: true } | { readonly available: false; readonly reason: string };

export interface SessionOptions {
  /** Run in a worker thread, so that the caller's event loop stays free. Default false. */
  readonly isolate?: boolean;
  /** Threads of one operator. Default: what the machine has. */
  readonly threads?: number;
  /**
   * State that stays where the session computes, input name → output name: what a run leaves in the output is the input's
   * value in the next run. Both have one element type, and no two inputs share an output; the shape may change from run to
   * run as far as the model allows. Runs of such a session wait for each other. Default none.
   */
  readonly carried?: Readonly<Record<string, string>>;
  /**
   * Inputs that stay where the session computes: a value that is given holds for all runs until another one is. For weights
   * that are inputs. Where the session computes in the caller's memory they are not copied, and must not be changed until then.
   * Runs of such a session wait for each other. Default none.
   */
  readonly held?: readonly string[];
}

export interface RunOptions {
  /** Only these outputs. Default all that are not carried; a carried one that is asked for is copied out. */
  readonly outputs?: readonly string[];
  readonly signal?: AbortSignal;
}

/** A loaded model. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Inputs are not changed, and (when not isolated) read in place. A carried input that is given sets the state; one that
   * is left out has the value that the last run left. A run that fails leaves the state, and what is held, as it was before.
   *
   * Throws SENSORIUM_MISSING_INPUT, SENSORIUM_UNKNOWN_INPUT, SENSORIUM_DTYPE, SENSORIUM_SHAPE or SENSORIUM_UNKNOWN_KEY
   * where it is called wrongly, SENSORIUM_OUT_OF_MEMORY, SENSORIUM_DISPOSED, and the signal's reason.
   */
  run(inputs: Tensors, options?: RunOptions): Promise<Record<string, Tensor>>;
  /** A copy of the state by input name, after all runs that were asked for before; {} until one has given it. */
  carried(): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export interface Backend {
  /** `cpu`, `webgpu`, `cuda`, `wasm` */
  readonly name: string;
  /** Whether it can run here, and if not, why, in words that help. Never throws. */
  available(): Promise<Availability>;
  /**
   * Throws SENSORIUM_BACKEND_UNAVAILABLE, SENSORIUM_BAD_MODEL or SENSORIUM_OUT_OF_MEMORY, and where `carried` or `held` do not
   * fit the model SENSORIUM_UNKNOWN_INPUT, SENSORIUM_UNKNOWN_KEY, SENSORIUM_DTYPE or SENSORIUM_DUPLICATE_NAME. Never falls back
   * by itself.
   */
  load(model: Uint8Array, options?: SessionOptions): Promise<Session>;
}
