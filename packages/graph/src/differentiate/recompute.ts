import { required, type SymbolicTensor } from '@sensorium/contracts';
import { add, cast } from '../operators/arithmetic.js';
import { loop, loopIndex } from '../operators/control.js';
import { reshapeLike } from '../operators/shaping.js';
import { rewrite } from '../rewrite.js';
import { dependenciesOf } from '../traverse.js';
import { constant, valueOf, type Node, type Value } from '../value.js';
import type { Accumulator } from './accumulator.js';

/**
 * Takes gradients back through a segment of the forward pass whose results were not kept: a loop of one step computes them
 * again and uses them there. Inside a loop, because ONNX Runtime would find that a second copy of the same nodes computes
 * the same and keep the first; and a loop does not start before its inputs are there, the gradients that come from behind.
 */
export function propagateAgain(segment: readonly Node[], sums: Accumulator): void {
  const made = new Set(segment.flatMap(({ outputs }) => outputs));
  const ends = [...made].filter((value) => sums.of(value));
  if (ends.length === 0) return;
  const taken = [...new Set(segment.flatMap(dependenciesOf))].filter((value) => !made.has(value));
  const index = loopIndex();
  const replacements = new Map(taken.filter(isActivation).map((value) => [value, insideLoop(value, index)]));
  rewrite(ends, replacements);
  const inside = (value: Value): Value => replacements.get(value) ?? value;

  const inner = sums.inside(inside);
  ends.forEach((end) => inner.add(inside(end), required(sums.of(end), 'the gradient of an end')));
  inner.propagate(segment.map((node) => producerOf(node.outputs.map(inside)) ?? node));
  const reached = taken.filter((value) => inner.of(inside(value)));
  const { collected } = loop({
    count: constant(1, 'int64'),
    steps: 'once',
    index,
    carried: [],
    collected: reached.map((value) => required(inner.of(inside(value)), 'a gradient that was reached')),
  });
  reached.forEach((value, position) =>
    sums.add(value, reshapeLike(required(collected[position], 'a gradient out of the loop'), value.shape)),
  );
}

/** Not a parameter or a constant: those are there anyway. */
const isActivation = ({ source: { kind }, dtype }: Value): boolean =>
  (kind === 'node' || kind === 'input') && dtype !== 'bool' && dtype !== 'uint8';

/** The same value, in a form that ONNX Runtime cannot compute outside of the loop: the index is 0. */
const insideLoop = (value: Value, index: SymbolicTensor): Value => valueOf(add(value, cast(index, value.dtype)));

const producerOf = ([output]: readonly Value[]): Node | undefined =>
  output?.source.kind === 'node' ? output.source.node : undefined;
