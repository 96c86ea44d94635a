import { SensoriumError, type PluginFiles, required } from '@sensorium/contracts';
import { readOnnx, type OnnxModel } from '@sensorium/onnx';
import { filesBeside } from './external-data.js';
import { problem } from './problem.js';

/** Throws SENSORIUM_NOT_FOUND if the file is not among those given. */
export function bytesOf(file: string, files: PluginFiles): Uint8Array {
  const bytes = files.get(file);
  if (bytes) return bytes;
  throw problem(
    'SENSORIUM_NOT_FOUND',
    file,
    'the graph cannot be built without this file, and it was not given',
    'Only a finished model runs without it, from its model.onnx.',
  );
}

/** Throws SENSORIUM_NOT_FOUND and SENSORIUM_BAD_MODEL. */
export function readModelFile(file: string, files: PluginFiles): OnnxModel {
  const bytes = bytesOf(file, files);
  const beside = filesBeside(file, bytes);
  try {
    return readOnnx(bytes, {
      externalData: (name) => bytesOf(required(beside.get(name), `the path of "${name}"`), files),
    });
  } catch (error) {
    throw SensoriumError.at(error, { file });
  }
}
