import { itemAt } from '../import/at.js';
import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownShape } from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import { operators } from './record.js';
import { samplesBatch } from './rules/batches.js';
import { samples, shapeOf } from './rules/shapes.js';
import { spreadWindowOf, windowOf } from './rules/window.js';

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
  const isMore = outputPadding.some((size, axis) => size >= itemAt(strides, axis));
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

export const convolution = operators({
  'com.microsoft.FusedConv': { infer: samples((call) => shapeOf(call, 1)?.[0]) },
  Conv: {
    lower: convolve,
    infer: samples((call) => shapeOf(call, 1)?.[0]),
    batch: samplesBatch,
    weights: [1, 2],
    bias: 2,
  },
  ConvInteger: {
    infer: (call, unknown) => ({ ...samples(() => shapeOf(call, 1)?.[0])(call, unknown), dtype: 'int32' }),
  },
  ConvTranspose: { lower: transposed, infer: samples(() => undefined), batch: samplesBatch, weights: [1, 2], bias: 2 },
  DeformConv: { since: { operator: 19 } },
});
