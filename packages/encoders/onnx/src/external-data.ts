import { SensoriumError } from '@sensorium/contracts';
import { externalFiles } from '@sensorium/onnx';
import { problem } from './problem.js';

/**
 * The files beside the model in which it keeps weights, as paths like its own, by the names that it has for them. Throws
 * SENSORIUM_BAD_MODEL where it names others.
 */
export function filesBeside(file: string, model: Uint8Array): Map<string, string> {
  const folder = file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return new Map(namesIn(file, model).map((name) => [name, folder + name]));
}

function namesIn(file: string, model: Uint8Array): string[] {
  try {
    return externalFiles(model);
  } catch (error) {
    if (!SensoriumError.is(error)) throw error;
    throw problem('SENSORIUM_BAD_MODEL', file, error.message, error.hint ?? '', error);
  }
}
