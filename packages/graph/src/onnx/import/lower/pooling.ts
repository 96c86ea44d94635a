import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import type { Lowering, Lowerings } from './lowering.js';
import type { Call } from '../call.js';
import { windowOf } from './window.js';

interface PoolOptions {
  stride: readonly number[];
  padding: readonly number[];
  dilation: readonly number[];
}

const windows =
  (pool: (x: SymbolicTensor, size: readonly number[], options: PoolOptions, call: Call) => SymbolicTensor): Lowering =>
  (call) => {
    if (call.flag('ceil_mode')) return undefined;
    const x = call.x(0);
    const kernel = call.integers('kernel_shape') ?? [];
    const { strides, dilations, pads } = windowOf(call, x.shape, kernel);
    return pool(x, kernel, { stride: strides, padding: pads, dilation: dilations }, call);
  };

export const pooling: Lowerings = {
  AveragePool: windows((x, size, { stride, padding }, call) =>
    g.averagePool(x, size, { stride, padding, countIncludePad: call.flag('count_include_pad') }),
  ),
  GlobalAveragePool: (call) =>
    g.mean(
      call.x(0),
      call
        .x(0)
        .shape.map((_, axis) => axis)
        .slice(2),
      { keep: true },
    ),
  MaxPool: windows((x, size, options) => g.maxPool(x, size, options)),
};
