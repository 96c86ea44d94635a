import { required, type Dimension, type SymbolicTensor } from '@sensorium/contracts';
import { formatShape, sameShape } from '@sensorium/tensors';
import { operationsOf } from '../cost.js';
import { shapeError } from '../error.js';
import { defineOperator } from '../operator.js';
import { nodesInside } from '../traverse.js';
import { constant, input, valueOf, type Subgraph, type Value } from '../value.js';
import { not } from './comparison.js';

interface LoopAttributes {
  readonly body: Subgraph;
  readonly $carried: number;
  readonly $steps: Dimension;
}

const loopOperator = defineOperator<LoopAttributes>('Loop', {
  attributes: { body: 'graph' },
  operations: ({ inputs: [count], attributes: { body } }) => stepsOf(count) * operationsOf(nodesInside(body)),
  infer: (_, { body, $carried, $steps }) =>
    body.outputs.slice(1).map(({ dtype, shape }, index) => ({
      dtype,
      shape: index < $carried ? shape : [$steps, ...shape],
    })),
});

const stepsOf = ({ source }: Value): number =>
  source.kind === 'constant' ? Number(required(source.tensor.data[0], 'the number of steps')) : 1;

/** A value that the steps hand on, of one element type and shape throughout; sizes may be symbols. */
export interface Carried {
  /** Its value before the first step. */
  readonly initial: SymbolicTensor;
  /** What the step reads: a leaf of its own, made by `input`. Its name is only for people. */
  readonly current: SymbolicTensor;
  /** What the step makes of it. */
  readonly next: SymbolicTensor;
}

export interface LoopOptions {
  /** int64 scalar: how many steps there are, or with `until` how many at most. */
  readonly count: SymbolicTensor;
  /** How many steps ran, as a dimension: mostly the name of an unknown one, and always with `until`. */
  readonly steps: Dimension;
  /** What the step reads as its number, 0…count − 1: int64 scalar, made by `loopIndex`. */
  readonly index: SymbolicTensor;
  readonly carried: readonly Carried[];
  /** What each step leaves behind, of the same shape in all steps. */
  readonly collected: readonly SymbolicTensor[];
  /** A bool scalar that the step computes: the step in which it is true is the last. Default: all `count` steps run */
  readonly until?: SymbolicTensor;
}

export interface LoopResult {
  /** The carried values after the last step. */
  readonly final: Value[];
  /** [steps,…] each */
  readonly collected: Value[];
}

/** The number of the running step, for use in a loop's body. */
export const loopIndex = (): SymbolicTensor => input('index', 'int64', []);

/**
 * Repeats the nodes between `current` and `next` `count` times, or `until` something holds, without leaving the runtime. They
 * may read any value from outside; what does not depend on the step is computed once. It has no gradient. The README has a
 * decoder that writes sentences this way. Throws SENSORIUM_SHAPE where a carried value changes its element type or shape, and for an end that is no bool scalar.
 */
export function loop({ count, steps, index, carried, collected, until }: LoopOptions): LoopResult {
  carried.forEach(checkCarried);
  if (until) checkEnd(until, steps);
  const condition = input('condition', 'bool', []);
  const body: Subgraph = {
    kind: 'subgraph',
    inputs: [index, condition, ...carried.map(({ current }) => current)].map(valueOf),
    outputs: [until ? not(until) : condition, ...carried.map(({ next }) => next), ...collected].map(valueOf),
  };
  const initial = carried.map((state) => state.initial);
  const outputs = loopOperator([count, constant(1, 'bool'), ...initial], {
    body,
    $carried: carried.length,
    $steps: steps,
  });
  return { final: outputs.slice(0, carried.length), collected: outputs.slice(carried.length) };
}

function checkCarried({ initial, current, next }: Carried, position: number): void {
  for (const [when, value] of Object.entries({ 'before the first step': initial, 'after each step': next })) {
    if (value.dtype === current.dtype && sameShape(value.shape, current.shape)) continue;
    throw shapeError(
      `Loop: the carried value ${position} is ${describe(current)}, and ${when} ${describe(value)}`,
      'What is carried keeps its element type and shape: fill a buffer of the largest size step by step.',
    );
  }
}

function checkEnd(until: SymbolicTensor, steps: Dimension): void {
  if (until.dtype !== 'bool' || until.shape.length > 0) {
    throw shapeError(`Loop: until is ${describe(until)}, and has to be a bool scalar`);
  }
  if (typeof steps === 'number') {
    throw shapeError(`Loop: a loop with an end takes an unknown number of steps, not ${steps}`, 'Give steps a name.');
  }
}

const describe = ({ dtype, shape }: SymbolicTensor): string => `${dtype} ${formatShape(shape)}`;
