import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import type { ReduceOptions } from '../../../operators/index.js';
import type { Lowering, Lowerings } from './lowering.js';

type Reduce = (x: SymbolicTensor, axes?: readonly number[], options?: ReduceOptions) => SymbolicTensor;

const reducing =
  (reduce: Reduce): Lowering =>
  (call) => {
    const axes = call.inputs[1] ? call.numbers(1) : (call.integers('axes') ?? []);
    if (!axes) return undefined;
    if (axes.length === 0 && call.flag('noop_with_empty_axes')) return call.x(0);
    return reduce(call.x(0), axes.length ? axes : undefined, { keep: call.flag('keepdims', true) });
  };

export const reduction: Lowerings = {
  ReduceMax: reducing(g.max),
  ReduceMean: reducing(g.mean),
  ReduceSum: reducing(g.sum),
  ReduceSumSquare: reducing((x, axes, options) => g.sum(g.square(x), axes, options)),
};
