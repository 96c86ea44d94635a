import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import type { MaxPoolOptions, ReduceOptions } from '../../../operators/index.js';
import { spatialAxes } from '../../../operators/windows.js';
import type { Call } from '../call.js';
import type { Lowering, Lowerings } from './lowering.js';
import { windowOf } from './window.js';

type Pool = (
  x: SymbolicTensor,
  size: readonly number[],
  options: Required<MaxPoolOptions>,
  call: Call,
) => SymbolicTensor | undefined;

const windows =
  (pool: Pool): Lowering =>
  (call) => {
    if (call.flag('ceil_mode')) return undefined;
    const x = call.x(0);
    const kernel = call.integers('kernel_shape') ?? [];
    const { strides, dilations, pads } = windowOf(call, x.shape, kernel);
    return pool(x, kernel, { stride: strides, padding: pads, dilation: dilations }, call);
  };

/** Ours has no gaps in its windows. */
const averagePool: Pool = (x, size, { stride, padding }, call) =>
  call.integers('dilations')?.some((dilation) => dilation !== 1)
    ? undefined
    : g.averagePool(x, size, { stride, padding, countIncludePad: call.flag('count_include_pad') });

/** Spatial axes stay, with size 1. */
const overImages =
  (reduce: (x: SymbolicTensor, axes: readonly number[], options: ReduceOptions) => SymbolicTensor): Lowering =>
  (call) =>
    reduce(call.x(0), spatialAxes(call.x(0)), { keep: true });

export const pooling: Lowerings = {
  AveragePool: windows(averagePool),
  GlobalAveragePool: overImages(g.mean),
  GlobalMaxPool: overImages(g.max),
  MaxPool: windows((x, size, options) => g.maxPool(x, size, options)),
};
