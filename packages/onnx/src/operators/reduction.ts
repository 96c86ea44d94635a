import { inputName } from '../import/at.js';
import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import type { ArgumentOptions, ReduceOptions } from '@sensorium/graph';
import { attributeOf, integersAttribute, makeNode, without } from '@sensorium/graph/protobuf';
import { normalizeAxis } from '@sensorium/graph/transform';
import { reduced } from '../import/fold-arrays.js';
import {
  operators,
  type BatchRule,
  type Lowering,
  type OperatorRecord,
  type Rewrite,
  type ShapeRule,
} from './record.js';
import { firstBatch, namedAxes, rank, withoutAxes } from './rules/batches.js';
import { added, multiplied, onNumbers } from './rules/folding.js';
import { toInputs } from './rules/rewrites.js';
import { shapeOf, shaped } from './rules/shapes.js';

type Reduce = (x: SymbolicTensor, axes?: readonly number[], options?: ReduceOptions) => SymbolicTensor;

const reduce =
  (operator: Reduce): Lowering =>
  (call) => {
    const axes = call.inputs[1] ? call.numbers(1) : (call.integers('axes') ?? []);
    if (!axes) return undefined;
    if (axes.length === 0 && call.flag('noop_with_empty_axes')) return call.x(0);
    return operator(call.x(0), axes.length ? axes : undefined, { keep: call.flag('keepdims', true) });
  };

/** Whether all, or any, are true: of numbers 0 and 1. */
const ofTruths =
  (operator: Reduce): Reduce =>
  (x, axes, options) =>
    x.dtype === 'bool' ? g.cast(operator(g.cast(x, 'int32'), axes, options), 'bool') : operator(x, axes, options);

type Argument = (x: SymbolicTensor, axis?: number, options?: ArgumentOptions) => SymbolicTensor;

const finding =
  (argument: Argument): Lowering =>
  (call) =>
    argument(call.x(0), call.integer('axis', 0), {
      keep: call.flag('keepdims', true),
      last: call.flag('select_last_index'),
    });

/** Where axes are not known that are left out, no more is known than how many there are, if they stay. */
const reductionShape: ShapeRule = shaped((call, unknown) =>
  call.flag('keepdims', true) ? shapeOf(call)?.map((_, axis) => unknown(axis)) : undefined,
);

const reductionBatch: BatchRule = firstBatch((call, axis) => {
  const axes = namedAxes(call)?.map((one) => normalizeAxis(one, rank(call)));
  if (!axes?.length || axes.includes(axis)) return undefined;
  return call.flag('keepdims', true) ? axis : withoutAxes(axis, axes);
});

const argumentBatch: BatchRule = firstBatch((call, axis) => {
  const along = normalizeAxis(call.integer('axis', 0), rank(call));
  if (along === axis) return undefined;
  return call.flag('keepdims', true) ? axis : withoutAxes(axis, [along]);
});

/** Reductions take their axes as an input. */
const axesToAttribute: Rewrite = (node, context) => {
  const [x, given] = [inputName(node, 0), node.input[1]];
  const axes = given ? context.integers(given) : [];
  if (!axes) return [node];
  const rest = { ...node, input: [x], attribute: without(node, 'noop_with_empty_axes') };
  if (axes.length) return [{ ...rest, attribute: [...rest.attribute, integersAttribute('axes', axes)] }];
  const nothing = attributeOf(node, 'noop_with_empty_axes')?.i === 1n;
  return [nothing ? makeNode('Identity', [x], node.output) : rest];
};

const reducing = { infer: reductionShape, batch: reductionBatch } satisfies OperatorRecord;

/** Operator set 18 made the axes an input. */
const axesInInput = { newer: [18, axesToAttribute], since: { inputs: [1, 18] } } satisfies OperatorRecord;

/** And operator set 20 took bools. */
const ofTruthsToo = { ...axesInInput, since: { ...axesInInput.since, dtypes: { bool: 20 } } } satisfies OperatorRecord;

export const reduction = operators({
  ArgMax: { lower: finding(g.argMax), batch: argumentBatch },
  ArgMin: { lower: finding(g.argMin), batch: argumentBatch },
  ReduceL1: {
    lower: reduce(g.l1Norm),
    ...reducing,
    ...axesInInput,
  },
  ReduceL2: {
    lower: reduce(g.l2Norm),
    ...reducing,
    ...axesInInput,
  },
  ReduceLogSum: {
    lower: reduce(g.logSum),
    ...reducing,
    ...axesInInput,
  },
  ReduceLogSumExp: {
    lower: reduce(g.logSumExp),
    ...reducing,
    ...axesInInput,
  },
  ReduceMax: {
    lower: reduce(ofTruths(g.max)),
    ...reducing,
    fold: (call, x) => reduced(call, x, onNumbers(Math.max)),
    ...ofTruthsToo,
  },
  ReduceMean: {
    lower: reduce(g.mean),
    ...reducing,
    ...axesInInput,
  },
  ReduceMin: {
    lower: reduce(ofTruths(g.min)),
    ...reducing,
    fold: (call, x) => reduced(call, x, onNumbers(Math.min)),
    ...ofTruthsToo,
  },
  ReduceProd: {
    lower: reduce(g.product),
    ...reducing,
    fold: (call, x) => reduced(call, x, multiplied),
    ...axesInInput,
  },
  ReduceSum: {
    lower: reduce(g.sum),
    ...reducing,
    fold: (call, x) => reduced(call, x, added),
    older: [13, toInputs('axes')],
  },
  ReduceSumSquare: {
    lower: reduce(g.sumSquare),
    ...reducing,
    ...axesInInput,
  },
});
