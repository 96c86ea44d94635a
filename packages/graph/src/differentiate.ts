import { SensoriumError, type SymbolicTensor } from '@sensorium/contracts';
import { add } from './operators/arithmetic.js';
import type { Inputs } from './operator.js';
import { zerosLike } from './operators/shaping.js';
import { formatShape } from './shape.js';
import { dependenciesOf, nodesInOrder } from './traverse.js';
import { constant, valueOf, type Node, type Value } from './value.js';

/**
 * Reverse-mode differentiation: new nodes that compute d loss / d x for every x of `targets`. `loss` is a scalar.
 * A target that the loss does not depend on gets zeros.
 * Throws SENSORIUM_NO_GRADIENT where an operator without gradient lies on the way.
 */
export function gradients(loss: SymbolicTensor, targets: readonly SymbolicTensor[]): SymbolicTensor[] {
  const root = valueOf(loss);
  if (root.shape.length !== 0) {
    throw new SensoriumError({
      code: 'SENSORIUM_SHAPE',
      message: `a loss is a scalar, not ${formatShape(root.shape)}`,
    });
  }
  const nodes = nodesInOrder([root]);
  const wanted = onPath(nodes, targets.map(valueOf));
  const sums = new Map<Value, SymbolicTensor>([[root, constant(1, root.dtype)]]);
  for (const node of nodes.toReversed()) {
    if (node.outputs.some((output) => sums.has(output) && wanted.has(output))) propagate(node, sums, wanted);
  }
  return targets.map((target) => sums.get(valueOf(target)) ?? zerosLike(target));
}

/** The values that depend on a target: only through these do gradients need to flow. */
function onPath(nodes: readonly Node[], targets: readonly Value[]): Set<Value> {
  const wanted = new Set<Value>(targets);
  for (const node of nodes) {
    if (dependenciesOf(node).some((value) => wanted.has(value))) node.outputs.forEach((output) => wanted.add(output));
  }
  return wanted;
}

function propagate(node: Node, sums: Map<Value, SymbolicTensor>, wanted: ReadonlySet<Value>): void {
  const { definition, attributes, outputs } = node;
  const upstreams = outputs.map((output) => sums.get(output) ?? null);
  const index = upstreams.findIndex((upstream) => upstream !== null);
  const [output, upstream] = [outputs[index], upstreams[index]];
  if (!output || !upstream) return;
  if (!definition.gradient) throw noGradient(node);
  const inputs = node.inputs as unknown as Inputs;
  const grads = definition.gradient({ inputs, outputs, output, upstream, upstreams, attributes });
  for (const [position, input] of inputs.entries()) {
    const gradient = grads[position];
    if (!input || !gradient || !wanted.has(input)) continue;
    const sum = sums.get(input);
    sums.set(input, sum ? add(sum, gradient) : gradient);
  }
}

function noGradient(node: Node): SensoriumError {
  const shapes = node.inputs.map((value) => (value ? formatShape(value.shape) : '–')).join(', ');
  return new SensoriumError({
    code: 'SENSORIUM_NO_GRADIENT',
    message: `operator ${node.definition.type} (node ${node.definition.type}_${node.id}, inputs ${shapes}) has no gradient, and a trained parameter lies behind it`,
    hint: 'Freeze the parameters before it, or replace the operator.',
  });
}
