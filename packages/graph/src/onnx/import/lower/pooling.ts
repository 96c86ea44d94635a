import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import type { Lowering, Lowerings } from './lowering.js';
import { common, windowOf } from './window.js';

const windows =
  (pool: (x: SymbolicTensor, size: number, stride?: number) => SymbolicTensor): Lowering =>
  (call) => {
    const x = call.x(0);
    const kernel = call.integers('kernel_shape') ?? [];
    const { strides, dilations, pads } = windowOf(call, x.shape, kernel);
    const [size, stride] = [common(kernel), common(strides)];
    const plain = common([...dilations, 1]) === 1 && common([...pads, 0]) === 0 && !call.flag('ceil_mode');
    return kernel.length === 2 && plain && size && stride ? pool(x, size, stride) : undefined;
  };

export const pooling: Lowerings = {
  AveragePool: windows(g.averagePool),
  GlobalAveragePool: (call) =>
    g.mean(
      call.x(0),
      call
        .x(0)
        .shape.map((_, axis) => axis)
        .slice(2),
      { keep: true },
    ),
  MaxPool: windows(g.maxPool),
};
