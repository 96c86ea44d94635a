import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, type Definition } from '../operator.js';
import { formatShape, sameShape } from '@sensorium/tensors';
import { knownSize, normalizeAxis, shapeError } from '../shape.js';
import { constant, type Value } from '../value.js';
import { add, cast, div, mul, sqrt, square, sub } from './arithmetic.js';
import { mean, sumTo } from './reduction.js';
import { expandLike } from './shaping.js';

interface Attributes {
  /** The first of the axes that are normalised; the others all come after it. */
  readonly axis: number;
  readonly epsilon: number;
}

/** The result, and beside it mean and 1 / deviation, which are float32 whatever x is. */
const infer: Definition<Attributes>['infer'] = ([{ dtype, shape }], { axis }) => {
  const statistics = { dtype: 'float32', shape: shape.map((size, at) => (at < axis ? size : 1)) } as const;
  return [{ dtype, shape }, statistics, statistics];
};

interface Standardized {
  /** n = (x − mean) · inverse */
  readonly normal: SymbolicTensor;
  /** 1 / √(variance + epsilon) */
  readonly inverse: SymbolicTensor;
  /** The first axis of those that mean and variance are taken over. */
  readonly axis: number;
}

/**
 * What flows back to x, given the gradients of n, mean and inverse. The latter two are there where a gradient is
 * differentiated again.
 */
function backToX(
  { normal, inverse, axis }: Standardized,
  [ofNormal, ofMean, ofInverse]: readonly (SymbolicTensor | null | undefined)[],
): SymbolicTensor {
  const axes = normal.shape.flatMap((_, at) => (at < axis ? [] : [at]));
  const count = axes.reduce((product, at) => product * knownSize(normal.shape, at), 1);
  const meanOf = (y: SymbolicTensor): SymbolicTensor => mean(y, axes, { keep: true });
  const parts: SymbolicTensor[] = [];
  if (ofNormal) {
    const along = mul(normal, meanOf(mul(ofNormal, normal)));
    parts.push(mul(sub(sub(ofNormal, meanOf(ofNormal)), along), inverse));
  }
  if (ofMean) parts.push(expandLike(mul(cast(ofMean, normal.dtype), 1 / count), normal));
  if (ofInverse) parts.push(mul(mul(cast(ofInverse, normal.dtype), -1 / count), mul(square(inverse), normal)));
  return parts.reduce(add);
}

const types = { axis: 'int', epsilon: 'float' } as const;

const standardizeOperator = defineOperator<Attributes>('LayerNormalization', {
  attributes: types,
  infer,
  gradient: ({ outputs, upstreams, attributes: { axis } }) => {
    const [normal, , inverse] = outputs as readonly [Value, Value, Value];
    return [backToX({ normal, inverse: cast(inverse, normal.dtype), axis }, upstreams), null];
  },
});

/**
 * (x − mean) / √(variance + epsilon) over the last axis (Ba et al. 2016), without scale and shift: where a linear layer
 * follows they add nothing. x [..,D] → [..,D]; throws SENSORIUM_SHAPE where D is not known.
 */
export function standardize(x: SymbolicTensor, epsilon = 1e-5): SymbolicTensor {
  const scale = constant(new Array<number>(knownSize(x.shape, -1)).fill(1), x.dtype);
  const [y] = standardizeOperator([x, scale], { axis: x.shape.length - 1, epsilon }) as [Value, Value, Value];
  return y;
}

const layerNormalizationOperator = defineOperator<Attributes>('LayerNormalization', {
  attributes: types,
  infer,
  gradient: ({ inputs, outputs, upstreams: [upstream = null, ...ofStatistics], attributes: { axis } }) => {
    const [x, scale] = inputs;
    const bias = inputs.at(2);
    const [, center, inverse] = outputs.map((output) => cast(output, x.dtype)) as [Value, Value, Value];
    const normal = mul(sub(x, center), inverse);
    return [
      backToX({ normal, inverse, axis }, [upstream && mul(upstream, scale), ...ofStatistics]),
      upstream && sumTo(mul(upstream, normal), scale.shape),
      upstream && bias ? sumTo(upstream, bias.shape) : null,
    ];
  },
});

export interface NormalizationOptions {
  /** The first of the axes that are normalised together, up to the last. Default −1 */
  axis?: number;
  /** Added to what the root is taken of. Default 1e-5 */
  epsilon?: number;
}

/**
 * scale · (x − mean) / √(variance + epsilon) + bias (Ba et al. 2016), mean and variance over the axes from `axis` on;
 * scale and bias have the shape of those axes, the result that of x. `null` is no bias. Throws SENSORIUM_SHAPE where
 * parameters have another shape.
 */
export function layerNormalization(
  x: SymbolicTensor,
  scale: SymbolicTensor,
  bias: SymbolicTensor | null,
  { axis = -1, epsilon = 1e-5 }: NormalizationOptions = {},
): SymbolicTensor {
  const first = normalizeAxis(axis, x.shape.length);
  const expected = x.shape.slice(first);
  for (const parameter of bias ? [scale, bias] : [scale]) {
    if (sameShape(parameter.shape, expected)) continue;
    throw shapeError(
      `layer normalisation of ${formatShape(x.shape)} from axis ${first} on takes scale and bias ${formatShape(expected)}, not ${formatShape(parameter.shape)}`,
    );
  }
  const inputs = bias ? [x, scale, bias] : [x, scale];
  const [y] = layerNormalizationOperator(inputs, { axis: first, epsilon }) as [Value, Value, Value];
  return y;
}

/**
 * scale · x / √(mean of x² + epsilon) (Zhang & Sennrich 2019), the mean over the axes from `axis` on; scale broadcasts
 * to x. Throws SENSORIUM_SHAPE where it does not.
 */
export function rmsNormalization(
  x: SymbolicTensor,
  scale: SymbolicTensor,
  { axis = -1, epsilon = 1e-5 }: NormalizationOptions = {},
): SymbolicTensor {
  const first = normalizeAxis(axis, x.shape.length);
  const axes = x.shape.flatMap((_, at) => (at < first ? [] : [at]));
  return mul(div(x, sqrt(add(mean(square(x), axes, { keep: true }), epsilon))), scale);
}
