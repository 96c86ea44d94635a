import { SensoriumError } from '@sensorium/contracts';
import { isRunning } from './start-runtime.js';
import type { RuntimeSettings } from './start-runtime.js';

export interface WebOptions {
  /**
   * Address of the folder that holds the files `ort-wasm-*.wasm` and `ort-wasm-*.mjs` of onnxruntime-web, relative to the
   * page. Default: next to the script that has ONNX Runtime in it, where bundlers that know `new URL()` put them.
   */
  readonly wasmPaths?: string;
  /**
   * Threads of one operator. Default: half of the machine's, at most 4. Always 1 on a page that is not cross-origin
   * isolated (headers COOP `same-origin` and COEP `require-corp`).
   */
  readonly threads?: number;
}

let settings: RuntimeSettings = {};

/**
 * Says where ONNX Runtime's files are and how many threads it has, for all sessions from now on. The page starts it once,
 * so it throws SENSORIUM_PLUGIN_ALREADY_STARTED after the first session (that is not isolated) was loaded.
 */
export function configureWeb({ wasmPaths, threads }: WebOptions): void {
  if (isRunning()) {
    throw new SensoriumError({
      code: 'SENSORIUM_PLUGIN_ALREADY_STARTED',
      message: 'configureWeb() was called after ONNX Runtime had started.',
      hint: 'Call it before available() or load() of any web backend.',
    });
  }
  settings = { wasmPaths: wasmPaths === undefined ? undefined : folderAddress(wasmPaths), threads };
}

export const configured = (): RuntimeSettings => settings;

/** Absolute, because a worker and a script of another folder would resolve it differently. */
function folderAddress(path: string): string {
  const folder = path.endsWith('/') ? path : `${path}/`;
  return 'location' in globalThis ? new URL(folder, location.href).href : folder;
}
