import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownShape } from '@sensorium/graph/transform';
import type { Call } from '../call.js';
import type { Lowerings } from './lowering.js';
import { spreadWindowOf, windowOf } from './window.js';

function convolve(call: Call): SymbolicTensor {
  const [x, weight] = [call.x(0), call.x(1)];
  const kernel = knownShape(weight.shape.slice(2), 'a convolution');
  const { strides, dilations, pads } = windowOf(call, x.shape, kernel);
  const [groups, bias] = [call.integer('group', 1), call.optional(2)];
  return g.conv(x, weight, { stride: strides, dilation: dilations, padding: pads, groups, bias });
}

function transposed(call: Call): SymbolicTensor | undefined {
  const [x, weight] = [call.x(0), call.x(1)];
  const kernel = knownShape(weight.shape.slice(2), 'a transposed convolution');
  const { strides, dilations, pads, outputPadding } = spreadWindowOf(call, x.shape, kernel);
  const isMore = outputPadding.some((size, axis) => size >= (strides[axis] ?? 1));
  if (isMore || pads.some((size) => size < 0)) return undefined;
  const [groups, bias] = [call.integer('group', 1), call.optional(2)];
  return g.convTranspose(x, weight, {
    stride: strides,
    dilation: dilations,
    padding: pads,
    outputPadding,
    groups,
    bias,
  });
}

export const convolution: Lowerings = { Conv: convolve, ConvTranspose: transposed };
