import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import type { ArgumentOptions, ReduceOptions } from '@sensorium/graph';
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

/** Whether all, or any, are true: of numbers 0 and 1. */
const ofTruths =
  (reduce: Reduce): Reduce =>
  (x, axes, options) =>
    x.dtype === 'bool' ? g.cast(reduce(g.cast(x, 'int32'), axes, options), 'bool') : reduce(x, axes, options);

type Argument = (x: SymbolicTensor, axis?: number, options?: ArgumentOptions) => SymbolicTensor;

const finding =
  (argument: Argument): Lowering =>
  (call) =>
    argument(call.x(0), call.integer('axis', 0), {
      keep: call.flag('keepdims', true),
      last: call.flag('select_last_index'),
    });

export const reduction: Lowerings = {
  ArgMax: finding(g.argMax),
  ArgMin: finding(g.argMin),
  ReduceL1: reducing(g.l1Norm),
  ReduceL2: reducing(g.l2Norm),
  ReduceLogSum: reducing(g.logSum),
  ReduceLogSumExp: reducing(g.logSumExp),
  ReduceMax: reducing(ofTruths(g.max)),
  ReduceMean: reducing(g.mean),
  ReduceMin: reducing(ofTruths(g.min)),
  ReduceProd: reducing(g.product),
  ReduceSum: reducing(g.sum),
  ReduceSumSquare: reducing(g.sumSquare),
};
