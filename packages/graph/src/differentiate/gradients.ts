import { SensoriumError, type SymbolicTensor } from '@sensorium/contracts';
import { zerosLike } from '../operators/shaping.js';
import { formatShape } from '@sensorium/tensors';
import { dependenciesOf, nodesInOrder } from '../traverse.js';
import { constant, valueOf, type Node, type Value } from '../value.js';
import { Accumulator } from './accumulator.js';
import { propagateAgain } from './recompute.js';
import { cutIntoSegments } from './segments.js';

export interface GradientOptions {
  /**
   * Gradient checkpointing (Chen et al. 2016): the forward pass is cut into so many segments, and only what is handed from
   * one to the next is kept; the rest is computed again on the way back. It costs about one more forward pass. Default 1:
   * everything is kept.
   */
  readonly segments?: number;
}

/**
 * Reverse-mode differentiation: new nodes that compute d loss / d x for every x of `targets`. `loss` is a scalar.
 * A target that the loss does not depend on gets zeros.
 * Throws SENSORIUM_NO_GRADIENT where an operator without gradient lies on the way.
 */
export function gradients(
  loss: SymbolicTensor,
  targets: readonly SymbolicTensor[],
  { segments = 1 }: GradientOptions = {},
): SymbolicTensor[] {
  const root = valueOf(loss);
  if (root.shape.length !== 0) {
    throw new SensoriumError({
      code: 'SENSORIUM_SHAPE',
      message: `a loss is a scalar, not ${formatShape(root.shape)}`,
    });
  }
  const { wanted, nodes } = between(targets.map(valueOf), root);
  const sums = new Accumulator(wanted);
  sums.add(root, constant(1, root.dtype));
  const [last = [], ...earlier] = cutIntoSegments(nodes, segments).reverse();
  // The way back starts with the last segment, whose results are just there.
  sums.propagate(last);
  for (const segment of earlier) propagateAgain(segment, sums);
  return targets.map((target) => sums.of(valueOf(target)) ?? zerosLike(target));
}

/** The values that depend on a target, through which alone gradients need to flow, and the nodes that make them. */
function between(targets: readonly Value[], root: Value): { wanted: Set<Value>; nodes: Node[] } {
  const wanted = new Set<Value>(targets);
  const nodes: Node[] = [];
  for (const node of nodesInOrder([root])) {
    if (!dependenciesOf(node).some((value) => wanted.has(value))) continue;
    nodes.push(node);
    node.outputs.forEach((output) => wanted.add(output));
  }
  return { wanted, nodes };
}
