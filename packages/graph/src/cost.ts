import { required, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import { factorOf } from './shape.js';
import { nodesInOrder } from './traverse.js';
import { valueOf, type Node } from './value.js';

/**
 * Floating-point operations (a multiplication and an addition are two) of all matrix products and convolutions up to
 * `outputs`, for one sample: unknown dimensions count as 1. A loop counts as often as it runs, at most where it may end
 * earlier, and once where that is not known.
 */
export const floatingPointOperations = (outputs: readonly SymbolicTensor[]): number =>
  operationsOf(nodesInOrder(outputs.map(valueOf)));

export const operationsOf = (nodes: readonly Node[]): number =>
  nodes.reduce((sum, { definition, inputs, outputs, attributes }) => {
    const output = required(outputs[0], `an output of ${definition.type}`);
    return sum + (definition.operations?.({ inputs: inputs as CostInputs, outputs, output, attributes }) ?? 0);
  }, 0);

type CostInputs = Parameters<NonNullable<Node['definition']['operations']>>[0]['inputs'];

/** How many elements a shape has; unknown dimensions count as 1, `64*batch` as 64. */
export const elementsOf = (shape: Shape): number =>
  shape.reduce<number>((product, dimension) => product * factorOf(dimension), 1);
