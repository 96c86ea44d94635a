import { SensoriumError, type Tensor } from '@sensorium/contracts';
import { readOnnx, restoreWeights, storedTensors } from '@sensorium/onnx';

/** The parts of a model, after which its parameters are called. */
const partPrefix = /^(inputs|fusions?|heads)\//;

/**
 * The weights inside a model's file, as `exportModel` wrote it, by the names of their parameters; of a compressed model as
 * float32. Throws SENSORIUM_BAD_MODEL for other bytes, and for an ONNX file that has none.
 */
export function modelWeights(model: Uint8Array): Record<string, Tensor> {
  const stored = storedTensors(readOnnx(model));
  const small = restoreWeights(model);
  const weights = Object.entries({ ...stored, ...small.weights }).filter(
    ([name]) => partPrefix.test(name) && !small.storedAs.has(name),
  );
  if (weights.length > 0) return Object.fromEntries(weights);
  throw new SensoriumError({
    code: 'SENSORIUM_BAD_MODEL',
    message: 'this ONNX file is not that of a Sensorium model: nothing in it is called inputs/…, fusion/… or heads/…',
    hint: 'To build on another ONNX file, use the encoder onnx.',
  });
}
