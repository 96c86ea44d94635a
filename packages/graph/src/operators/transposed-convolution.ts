import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { shapeError } from '../error.js';
import { elementsOf } from '../cost.js';
import { defineOperator, single } from '../operator.js';
import { at, knownSize } from '../shape.js';
import { formatShape } from '@sensorium/tensors';
import { constant } from '../value.js';
import { add } from './arithmetic.js';
import { checkBias, conv, kernelOf, type ConvolutionOptions } from './convolution.js';
import { gather } from './indexing.js';
import { sum } from './reduction.js';
import { flatten, reshape, reshapeLike, transpose } from './shaping.js';
import { weightGradient } from './weight-gradient.js';
import {
  axesOf,
  checked,
  extentOf,
  paddingOf,
  spatialAxes,
  unreachedBy,
  windowOf,
  type PerAxis,
  type Window,
  windowTypes,
} from './windows.js';

export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** Added to the result's size at the end of every axis, less than the stride. Default 0 */
  outputPadding?: PerAxis;
}

interface TransposedAttributes extends Window {
  readonly group: number;
  readonly output_padding: readonly number[];
}

const transposedOperator = defineOperator<TransposedAttributes>('ConvTranspose', {
  attributes: { ...windowTypes, group: 'int', output_padding: 'ints' },
  operations: ({ inputs: [x, weight] }) => 2 * elementsOf(x.shape) * elementsOf(weight.shape.slice(1)),
  shape: ([x, weight], attributes) => [
    ...x.shape.slice(0, 1),
    knownSize(weight.shape, 1) * attributes.group,
    ...axesOf(attributes).map((axis) => spreadSize(x.shape, attributes, axis)),
  ],
  gradient: ({ inputs: [x, weight], upstream, attributes }) => [
    conv(upstream, weight, {
      stride: attributes.strides,
      padding: attributes.pads,
      dilation: attributes.dilations,
      groups: attributes.group,
    }),
    weightGradient(upstream, x, weight.shape, attributes, attributes.group),
    sum(upstream, [0, ...spatialAxes(upstream)]),
  ],
});

function spreadSize(shape: Shape, attributes: TransposedAttributes, axis: number): number {
  const span = (knownSize(shape, 2 + axis) - 1) * at(attributes.strides, axis) + extentOf(attributes, axis);
  const size = span + at(attributes.output_padding, axis) - paddingOf(attributes, axis);
  if (size > 0) return size;
  throw shapeError(
    `nothing is left along axis ${2 + axis} of ${formatShape(shape)} without the padding ${formatShape(attributes.pads)}`,
    'Use less padding.',
  );
}

/**
 * Transposed convolution of x [B,C,…places] with weight [C,O/groups,…kernel] → [B,O,…spatial]: every place is spread over
 * the elements of a window, the adjoint of `conv`. An axis of size n gets the size
 * (n − 1)·stride + dilation·(kernel − 1) + 1 − begin − end + outputPadding; padding is what is cut off.
 * Throws SENSORIUM_SHAPE where channels and groups do not fit, or nothing is left.
 */
export function convTranspose(
  x: SymbolicTensor,
  weight: SymbolicTensor,
  { groups = 1, bias, outputPadding = 0, ...options }: TransposedConvolutionOptions = {},
): SymbolicTensor {
  const window = windowOf(kernelOf(x, weight, 'a transposed convolution'), options);
  const channels = knownSize(weight.shape, 0);
  if (channels !== knownSize(x.shape, 1) || channels % groups !== 0) {
    throw shapeError(
      `a weight ${formatShape(weight.shape)} in ${groups} groups does not fit ${formatShape(x.shape)}`,
      'The weight is [C,O/groups,…kernel], and groups divides C.',
    );
  }
  checkBias(bias, knownSize(weight.shape, 1) * groups);
  const added = checked('output padding', outputPadding, window.strides.length, 0);
  if (added.some((size, axis) => size >= at(window.strides, axis))) {
    throw shapeError(
      `an output padding of ${formatShape(added)} with strides ${formatShape(window.strides)}`,
      'Output padding is less than the stride.',
    );
  }
  if (knownSize(weight.shape, 1) === 1 && groups > 1 && groups < channels) {
    return summed(convTranspose(x, weight, { groups: channels, outputPadding, ...options }), groups, bias);
  }
  const attributes = { ...window, group: groups, output_padding: added };
  return single(transposedOperator(bias ? [x, weight, bias] : [x, weight], attributes));
}

/**
 * [B,C,…spatial] → [B,groups,…spatial]: what every channel gives, summed over those of a group. ONNX Runtime's webgpu takes
 * wrong elements where groups have several channels and one output.
 */
function summed(y: SymbolicTensor, groups: number, bias?: SymbolicTensor): SymbolicTensor {
  const [batch, channels, spatial] = [at(y.shape, 0), knownSize(y.shape, 1), y.shape.slice(2)];
  const total = sum(reshape(y, [batch, groups, channels / groups, ...spatial]), [2]);
  return bias ? add(total, reshapeLike(bias, [groups, ...spatial.map(() => 1)])) : total;
}

/**
 * The adjoint of a convolution of images of `shape` with weight [O,C/groups,…kernel], at y [B,O,…places]: where windows
 * stop everywhere, a convolution with the mirrored weight, which the runtime computes in half the time.
 */
export function adjointConvolution(
  y: SymbolicTensor,
  weight: SymbolicTensor,
  shape: Shape,
  window: Window,
  groups: number,
): SymbolicTensor {
  const { strides, dilations, pads } = window;
  const rank = strides.length;
  const rest = pads.map((size, index) => extentOf(window, index % rank) - 1 - size);
  if (strides.every((stride) => stride === 1) && rest.every((size) => size >= 0)) {
    return conv(y, mirrored(weight, groups), { dilation: dilations, padding: rest, groups });
  }
  return convTranspose(y, weight, {
    stride: strides,
    dilation: dilations,
    padding: pads,
    groups,
    outputPadding: unreachedBy(shape, window),
  });
}

/** [O,C/groups,…kernel] → [C,O/groups,…kernel], with the kernel's elements in reverse order. */
function mirrored(weight: SymbolicTensor, groups: number): SymbolicTensor {
  const [outputs, depth] = [knownSize(weight.shape, 0), knownSize(weight.shape, 1)];
  const byGroup = reshape(flatten(weight, 2), [groups, outputs / groups, depth, -1]);
  const swapped = transpose(byGroup, [0, 2, 1, 3]);
  const elements = knownSize(swapped.shape, 3);
  const backwards = Array.from({ length: elements }, (_, index) => elements - 1 - index);
  const turned = elements === 1 ? swapped : gather(swapped, constant(backwards, 'int64'), 3);
  return reshapeLike(turned, [depth * groups, outputs / groups, ...weight.shape.slice(2)]);
}
