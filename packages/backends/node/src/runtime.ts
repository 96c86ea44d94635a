import { createRequire } from 'node:module';
import { SensoriumError } from '@sensorium/contracts';
import type * as OnnxRuntime from 'onnxruntime-node';

const NAME = 'onnxruntime-node';

/** Throws SENSORIUM_MISSING_PACKAGE where npm left ONNX Runtime out. */
export async function importRuntime(): Promise<(typeof OnnxRuntime)['default']> {
  try {
    return (await import('onnxruntime-node')).default;
  } catch (cause) {
    throw isMissing(cause) ? missing(cause) : cause;
  }
}

/** The file of ONNX Runtime that a worker thread loads. Throws as `importRuntime` does. */
export function runtimeFile(): string {
  try {
    return createRequire(import.meta.url).resolve(NAME);
  } catch (cause) {
    throw isMissing(cause) ? missing(cause) : cause;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && new RegExp(`^Cannot find (package|module) '${NAME}'`).test(error.message);

/** It is an optional dependency, because its install script downloads CUDA on Linux, and fails where it may not. */
const missing = (cause: unknown): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MISSING_PACKAGE',
    message: `${NAME} is not installed; npm leaves it out where its install script may not download`,
    hint: 'Install it without the download: ONNXRUNTIME_NODE_INSTALL=skip npm install',
    cause,
  });
