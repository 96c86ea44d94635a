import type { Dimension, SymbolicTensor } from '@sensorium/contracts';
import { defineOperator } from '../operator.js';
import { constant, input, valueOf, type Subgraph, type Value } from '../value.js';

interface LoopAttributes {
  readonly [attribute: string]: Subgraph | Dimension | undefined;
  readonly body: Subgraph;
  readonly $carried: number;
  readonly $steps: Dimension;
}

const loopOperator = defineOperator<LoopAttributes>('Loop', {
  infer: (_, { body, $carried, $steps }) =>
    body.outputs.slice(1).map(({ dtype, shape }, index) => ({
      dtype,
      shape: index < $carried ? shape : [$steps, ...shape],
    })),
});

export interface Carried {
  /** Its value before the first step. */
  readonly initial: SymbolicTensor;
  /** What the step reads: a leaf of its own. */
  readonly current: SymbolicTensor;
  /** What the step makes of it. */
  readonly next: SymbolicTensor;
}

export interface LoopOptions {
  /** int64 scalar */
  readonly count: SymbolicTensor;
  /** How many steps there are, as a dimension: mostly the name of an unknown one. */
  readonly steps: Dimension;
  /** What the step reads as its number, 0…count − 1: int64 scalar, made by `loopIndex`. */
  readonly index: SymbolicTensor;
  readonly carried: readonly Carried[];
  /** What each step leaves behind. */
  readonly collected: readonly SymbolicTensor[];
}

/** The number of the running step, for use in a loop's body. */
export const loopIndex = (): SymbolicTensor => input('index', 'int64', []);

/**
 * Repeats the nodes between `current` and `next` `count` times without leaving the runtime. They may read any value from
 * outside; what does not depend on the step is computed once.
 */
export function loop({ count, steps, index, carried, collected }: LoopOptions): { final: Value[]; collected: Value[] } {
  const condition = input('condition', 'bool', []);
  const body: Subgraph = {
    kind: 'subgraph',
    inputs: [index, condition, ...carried.map(({ current }) => current)].map(valueOf),
    outputs: [condition, ...carried.map(({ next }) => next), ...collected].map(valueOf),
  };
  const initial = carried.map((state) => state.initial);
  const outputs = loopOperator([count, constant(1, 'bool'), ...initial], {
    body,
    $carried: carried.length,
    $steps: steps,
  });
  return { final: outputs.slice(0, carried.length), collected: outputs.slice(carried.length) };
}
