import type { Tensor, Tensors } from '@sensorium/contracts';
import { formatShape, sameShape } from './shape.js';
import { toFloat32 } from './tensor-data.js';

/** Weights of a file that fit a model, and what did not. */
export interface MatchedWeights {
  /** float32, by the parameter's name */
  readonly weights: Record<string, Tensor>;
  /** Parameters that the file does not have. */
  readonly missing: readonly string[];
  /** Tensors of the file that are no parameters. */
  readonly unused: readonly string[];
  /** Parameters that have another shape in the file, which are not taken from there. */
  readonly misshapen: readonly { readonly name: string; readonly expected: string; readonly found: string }[];
}

/** A tensor that a model learns. */
interface Expected {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Takes from `tensors` what fits a model's parameters, by name and shape. */
export function matchWeights(parameters: readonly Expected[], tensors: Tensors): MatchedWeights {
  const found = parameters.flatMap((parameter) => {
    const tensor = Object.hasOwn(tensors, parameter.name) ? tensors[parameter.name] : undefined;
    return tensor ? [{ ...parameter, tensor }] : [];
  });
  const names = new Set(parameters.map(({ name }) => name));
  return {
    weights: Object.fromEntries(
      found.flatMap(({ name, shape, tensor }) => (sameShape(shape, tensor.shape) ? [[name, toFloat32(tensor)]] : [])),
    ),
    missing: parameters.flatMap(({ name }) => (Object.hasOwn(tensors, name) ? [] : [name])),
    unused: Object.keys(tensors).filter((name) => !names.has(name)),
    misshapen: found.flatMap(({ name, shape, tensor }) =>
      sameShape(shape, tensor.shape) ? [] : [{ name, expected: formatShape(shape), found: formatShape(tensor.shape) }],
    ),
  };
}
