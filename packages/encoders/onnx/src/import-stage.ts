import { type Dimension, type Scope, SensoriumError, type Shape, type Symbols } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { importGraph, type OnnxModel } from '@sensorium/onnx';
import { formatShape } from '@sensorium/tensors';
import type { Stage } from './options.js';
import { misfit } from './problem.js';

/** Learns of what the file says that is not so, and does no harm. */
export type OnNote = (note: string) => void;

/**
 * Tensors of a file, by their names there.
 *
 * @param feeds what its inputs are given, by their names there
 * @param batch how many samples they are
 */
export function importStage(
  scope: Scope,
  model: OnnxModel,
  stage: Stage,
  {
    feeds,
    outputs,
    batch,
  }: { readonly feeds: Symbols; readonly outputs: readonly string[]; readonly batch: Dimension },
  onNote?: OnNote,
): Symbols {
  // The file's sizes need not be those of what it is given; its batch stays what it is.
  const others = model.inputs.flatMap(({ name, shape = [] }) => {
    const given = feeds[name]?.shape ?? [];
    const isOther = shape.some((size, axis) => axis > 0 && typeof size === 'number' && size !== given[axis]);
    return isOther ? [{ name, shape, given }] : [];
  });
  const stated = others.map(({ name, shape, given }): [string, Shape] => [
    name,
    [...shape.slice(0, 1), ...given.slice(1)],
  ]);
  const shapes = { ...statedShapes(stage, model, batch), ...Object.fromEntries(stated) };
  try {
    return importGraph(scope, model, { inputs: feeds, outputs, shapes, onNote });
  } catch (error) {
    if (!SensoriumError.is(error)) throw error;
    const [other] = others;
    if (!other) throw SensoriumError.at(error, { file: stage.file });
    throw misfit(
      stage.file,
      `the model was saved for ${formatShape(other.shape)}, and does not take ${formatShape(other.given)}: ${error.message}`,
      'Leave the options of sizes out (size, layout, window, length, columns), or name a tensor in "output" that does not depend on them.',
      error,
    );
  }
}

/** The shapes that the options state, for this batch. */
function statedShapes({ file, shapes = {} }: Stage, { values }: OnnxModel, batch: Dimension): Record<string, Shape> {
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
