import {
  type Dimension,
  required,
  type Scope,
  SensoriumError,
  type Shape,
  type SymbolicTensor,
} from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { transpose } from '@sensorium/graph';
import { importGraph, type OnnxModel } from '@sensorium/onnx';
import { formatShape } from '@sensorium/tensors';
import type { LearnedOptions } from './options.js';
import { misfit } from './problem.js';

/**
 * The tensor that the options choose, computed by the model from pictures [B,height,width,3].
 *
 * @param onNote learns of what the file says that is not so, and does no harm
 */
export function importTensor(
  scope: Scope,
  model: OnnxModel,
  pictures: SymbolicTensor,
  given: LearnedOptions,
  onNote?: (note: string) => void,
): SymbolicTensor {
  const { file, output, layout } = given;
  const { name, shape } = onlyInput(model);
  const x = layout === 'NCHW' ? transpose(pictures, [0, 3, 1, 2]) : pictures;
  // The file's size need not be that of the pictures; its batch stays what it is.
  const isOtherSize = shape.some((size, axis) => axis > 0 && typeof size === 'number' && size !== x.shape[axis]);
  const stated = isOtherSize && { [name]: [...shape.slice(0, 1), ...x.shape.slice(1)] };
  const shapes = { ...statedShapes(given, model, required(x.shape[0], 'the size of a batch')), ...stated };
  try {
    const values = importGraph(scope, model, { inputs: { [name]: x }, outputs: [output], shapes, onNote });
    return required(values[output], `the value of "${output}"`);
  } catch (error) {
    if (!SensoriumError.is(error)) throw error;
    if (!isOtherSize) throw SensoriumError.at(error, { file });
    throw misfit(
      file,
      `the model was saved for ${formatShape(shape)}, and does not take ${formatShape(x.shape)}: ${error.message}`,
      'Leave "size" and "layout" out, or name a tensor in "output" that does not depend on the size.',
      error,
    );
  }
}

/** As `learn` has checked it. */
function onlyInput({ inputs: [input] }: OnnxModel): { readonly name: string; readonly shape: Shape } {
  const { name, shape } = required(input, 'the input of the model');
  return { name, shape: required(shape, 'the shape of its input') };
}

/** The shapes that the options state, for this batch. */
function statedShapes(
  { file, shapes = {} }: LearnedOptions,
  { values }: OnnxModel,
  batch: Dimension,
): Record<string, Shape> {
  const unknown = Object.keys(shapes).find((name) => !values.includes(name));
  if (unknown !== undefined) {
    throw misfit(
      file,
      `"shapes" names "${unknown}", and the model computes no such tensor.${didYouMean(unknown, values)}`,
      'Name a tensor as the file does: an error about one of unknown shape says how it is called.',
    );
  }
  const entries = Object.entries(shapes).map(([name, shape]): [string, Shape] => [
    name,
    shape.map((size) => (size === 'batch' ? batch : size)),
  ]);
  return Object.fromEntries(entries);
}
