import type { Initializer, Scope, SymbolicTensor } from '@sensorium/contracts';
import { he, zeros } from '../initialize.js';
import { conv } from '../operators/convolution.js';
import { spatialRank } from '../operators/windows.js';
import { shapeError, knownSize } from '../shape.js';

export interface ConvolutionLayerOptions {
  /** Size of the window along every spatial axis. Default 3 */
  kernel?: number;
  /** Default 1 */
  stride?: number;
  /** Zeros on every side; 'same', for odd kernels: as many as keep the size at stride 1. Default 'same' */
  padding?: 'same' | number;
  /** Default true */
  bias?: boolean;
  /** Default He */
  initialize?: Initializer;
}

/** Convolution with a learned weight [channels,C,…kernel] and bias [channels]: [B,C,…spatial] → [B,channels,…]. */
export function convolution(
  scope: Scope,
  x: SymbolicTensor,
  channels: number,
  { kernel = 3, stride = 1, padding = 'same', bias = true, initialize = he }: ConvolutionLayerOptions = {},
): SymbolicTensor {
  if (padding === 'same' && kernel % 2 === 0) {
    throw shapeError(
      `padding 'same' of a window of ${kernel} is not the same on all sides`,
      'Use an odd kernel or a number.',
    );
  }
  const window = Array<number>(spatialRank(x, 'a convolution')).fill(kernel);
  const weight = scope.parameter('weight', [channels, knownSize(x.shape, 1), ...window], initialize);
  return conv(x, weight, {
    stride,
    padding: padding === 'same' ? (kernel - 1) / 2 : padding,
    bias: bias ? scope.parameter('bias', [channels], zeros) : undefined,
  });
}
