import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import type { Padding } from '../../../operators/index.js';
import { knownShape } from '../../../shape.js';
import type { Call } from '../call.js';
import type { Lowerings } from './lowering.js';
import { common, windowOf } from './window.js';

function convolve(call: Call): SymbolicTensor | undefined {
  const [x, weight] = [call.x(0), call.x(1)];
  const kernel = knownShape(weight.shape.slice(2), 'a convolution');
  const { strides, dilations, pads } = windowOf(call, x.shape, kernel);
  const [stride, dilation] = [common(strides), common(dilations)];
  if (kernel.length !== 2 || stride === undefined || dilation === undefined) return undefined;
  const padding = pads as unknown as Padding;
  return g.conv2d(x, weight, { stride, dilation, padding, groups: call.integer('group', 1), bias: call.optional(2) });
}

export const convolution: Lowerings = { Conv: convolve };
