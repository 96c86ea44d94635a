import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { formatShape, sameShape } from '@sensorium/tensors';
import { knownSize, shapeError } from '../shape.js';
import { constant, type Value } from '../value.js';
import { add, div, mul, neg, sqrt, square, sub } from './arithmetic.js';
import { mean, sum } from './reduction.js';
import { flatten, reshape, reshapeLike } from './shaping.js';
import { spatialAxes, spatialRank } from './windows.js';

const EPSILON = 1e-5;

/** [C] → [C,1,…], so that it broadcasts to x [B,C,…spatial]. */
const perChannel = (parameter: SymbolicTensor, x: SymbolicTensor): SymbolicTensor =>
  reshapeLike(parameter, [...parameter.shape, ...x.shape.slice(2).map(() => 1)]);

function checkChannels(x: SymbolicTensor, parameters: readonly SymbolicTensor[]): void {
  const expected = x.shape.slice(1, 2);
  const wrong = parameters.find(({ shape }) => !sameShape(shape, expected));
  if (!wrong) return;
  throw shapeError(
    `normalising the channels of ${formatShape(x.shape)} takes parameters ${formatShape(expected)}, not ${formatShape(wrong.shape)}`,
  );
}

const batchOperator = defineOperator<{ epsilon: number }>('BatchNormalization', {
  attributes: { epsilon: 'float' },
  shape: ([x]) => x.shape,
  gradient: ({ inputs, upstream, attributes: { epsilon } }) => {
    const [x, scale, , center, variance] = inputs as readonly Value[] as readonly [Value, Value, Value, Value, Value];
    const others = [0, ...spatialAxes(x)];
    const inverse = div(1, sqrt(add(variance, epsilon)));
    const slope = mul(scale, inverse);
    const ofBias = sum(upstream, others);
    const ofScale = mul(sum(mul(upstream, sub(x, perChannel(center, x))), others), inverse);
    return [
      mul(upstream, perChannel(slope, x)),
      ofScale,
      ofBias,
      neg(mul(ofBias, slope)),
      mul(mul(ofScale, slope), mul(inverse, -0.5)),
    ];
  },
});

/**
 * Batch normalisation with given statistics (Ioffe & Szegedy 2015), as at inference: x [B,C,…spatial] and scale, bias,
 * mean, variance [C] → scale · (x − mean) / √(variance + epsilon) + bias, in the shape of x. Epsilon is 1e-5 by
 * default. Has a gradient for all five. Throws SENSORIUM_SHAPE where parameters are not [C].
 */
export function batchNormalization(
  x: SymbolicTensor,
  scale: SymbolicTensor,
  bias: SymbolicTensor,
  center: SymbolicTensor,
  variance: SymbolicTensor,
  epsilon = EPSILON,
): SymbolicTensor {
  checkChannels(x, [scale, bias, center, variance]);
  return single(batchOperator([x, scale, bias, center, variance], { epsilon }));
}

export interface BatchNormalized {
  readonly output: SymbolicTensor;
  /** Of every channel in this batch: [C] */
  readonly mean: SymbolicTensor;
  /** The same; the mean square deviation, not the unbiased estimate. */
  readonly variance: SymbolicTensor;
}

/**
 * Batch normalisation with the statistics of the batch itself, as in training: x [B,C,…spatial], scale and bias [C];
 * gradients flow through the statistics. The caller keeps running meanOfs of mean and variance [C] for
 * `batchNormalization`. Errors as there; gradients need known sizes of all axes but the channels'.
 */
export function batchNormalizationInTraining(
  x: SymbolicTensor,
  scale: SymbolicTensor,
  bias: SymbolicTensor,
  epsilon = EPSILON,
): BatchNormalized {
  const others = [0, ...spatialAxes(x)];
  const center = mean(x, others);
  const variance = mean(square(sub(x, perChannel(center, x))), others);
  return { output: batchNormalization(x, scale, bias, center, variance, epsilon), mean: center, variance };
}

const instanceOperator = defineOperator<{ epsilon: number }>('InstanceNormalization', {
  attributes: { epsilon: 'float' },
  shape: ([x]) => x.shape,
  gradient: ({ inputs: [x, scale], upstream, attributes: { epsilon } }) => {
    const axes = spatialAxes(x);
    const meanOf = (y: SymbolicTensor): SymbolicTensor => mean(y, axes, { keep: true });
    const centred = sub(x, meanOf(x));
    const inverse = div(1, sqrt(add(meanOf(square(centred)), epsilon)));
    const normal = mul(centred, inverse);
    const [along, level] = [meanOf(mul(upstream, normal)), meanOf(upstream)];
    const ofX = mul(sub(sub(upstream, level), mul(normal, along)), mul(inverse, perChannel(scale, x)));
    return [ofX, sum(mul(upstream, normal), [0, ...axes]), sum(upstream, [0, ...axes])];
  },
});

/**
 * Instance normalisation (Ulyanov et al. 2016): scale · (x − mean) / √(variance + epsilon) + bias, mean and variance
 * over every channel of every sample; x [B,C,…spatial], scale and bias [C], epsilon 1e-5 by default. Throws
 * SENSORIUM_SHAPE where there are no spatial axes, or parameters are not [C].
 */
export function instanceNormalization(
  x: SymbolicTensor,
  scale: SymbolicTensor,
  bias: SymbolicTensor,
  epsilon = EPSILON,
): SymbolicTensor {
  spatialRank(x, 'instance normalisation');
  checkChannels(x, [scale, bias]);
  return single(instanceOperator([x, scale, bias], { epsilon }));
}

/**
 * Group normalisation (Wu & He 2018): as instance normalisation, mean and variance over `groups` groups of neighbouring
 * channels; x [B,C,…], scale and bias [C]. Throws SENSORIUM_SHAPE where groups do not divide C, or parameters are not
 * [C].
 */
export function groupNormalization(
  x: SymbolicTensor,
  groups: number,
  scale: SymbolicTensor,
  bias: SymbolicTensor,
  epsilon = EPSILON,
): SymbolicTensor {
  checkChannels(x, [scale, bias]);
  const channels = knownSize(x.shape, 1);
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw shapeError(`${groups} groups do not divide the ${channels} channels of ${formatShape(x.shape)}`);
  }
  const inner = flatten(reshape(x, [...x.shape.slice(0, 1), groups, channels / groups, ...x.shape.slice(2)]), 2);
  const everywhere = (value: number): SymbolicTensor => constant(Array<number>(groups).fill(value), x.dtype);
  const normal = reshapeLike(instanceNormalization(inner, everywhere(1), everywhere(0), epsilon), x.shape);
  return add(mul(normal, perChannel(scale, x)), perChannel(bias, x));
}
