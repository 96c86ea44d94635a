import { SensoriumError, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import { formatShape, importGraph, transpose, type OnnxModel } from '@sensorium/graph';
import type { LearnedOptions } from './options.js';
import { misfit } from './problem.js';

/** The tensor that the options choose, computed by the model from pictures [B,height,width,3]. */
export function importTensor(
  scope: Scope,
  model: OnnxModel,
  pictures: SymbolicTensor,
  { file, output, layout }: LearnedOptions,
): SymbolicTensor {
  const [{ name, shape = [] } = { name: '' }] = model.inputs;
  const x = layout === 'NCHW' ? transpose(pictures, [0, 3, 1, 2]) : pictures;
  // The file's size need not be that of the pictures; its batch stays what it is.
  const stated = [shape[0] ?? 1, ...x.shape.slice(1)];
  try {
    const values = importGraph(scope, model, { inputs: { [name]: x }, outputs: [output], shapes: { [name]: stated } });
    return values[output] as SymbolicTensor;
  } catch (error) {
    if (!SensoriumError.is(error)) throw error;
    const isOtherSize = shape.some((size, axis) => axis > 0 && typeof size === 'number' && size !== x.shape[axis]);
    if (!isOtherSize) throw SensoriumError.at(error, { file });
    throw misfit(
      file,
      `the model was saved for ${formatShape(shape)}, and does not take ${formatShape(x.shape)}: ${error.message}`,
      'Leave "size" and "layout" out, or name a tensor in "output" that does not depend on the size.',
      error,
    );
  }
}
