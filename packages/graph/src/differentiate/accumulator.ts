import { SensoriumError, type SymbolicTensor } from '@sensorium/contracts';
import { add } from '../operators/arithmetic.js';
import type { GradientContext, Inputs } from '../operator.js';
import { formatShape } from '@sensorium/tensors';
import type { Attributes, Node, Value } from '../value.js';

/** The gradients of values, each a sum over all ways on which the loss depends on the value. */
export class Accumulator {
  private readonly sums = new Map<Value, SymbolicTensor>();

  /** Gradients are kept of `wanted` alone. */
  constructor(private readonly wanted: ReadonlySet<Value>) {}

  /** An empty one for a copy of a part of the graph. */
  inside(copyOf: (value: Value) => Value): Accumulator {
    return new Accumulator(new Set([...this.wanted].map(copyOf)));
  }

  of(value: Value): SymbolicTensor | undefined {
    return this.sums.get(value);
  }

  add(value: Value, gradient: SymbolicTensor): void {
    const sum = this.sums.get(value);
    this.sums.set(value, sum ? add(sum, gradient) : gradient);
  }

  /** Takes the gradients of the nodes' outputs back to their inputs. `nodes` are in the order of the forward pass. */
  propagate(nodes: readonly Node[]): void {
    for (const node of nodes.toReversed()) this.propagateNode(node);
  }

  private propagateNode(node: Node): void {
    const { definition, attributes, outputs } = node;
    const upstreams = outputs.map((output) => this.of(output) ?? null);
    const index = upstreams.findIndex((upstream) => upstream !== null);
    const [output, upstream] = [outputs[index], upstreams[index]];
    if (!output || !upstream) return;
    if (!definition.gradient) throw noGradient(node);
    const inputs = node.inputs as unknown as Inputs;
    const gradients = differentiate(node, { inputs, outputs, output, upstream, upstreams, attributes });
    for (const [position, input] of inputs.entries()) {
      const gradient = gradients[position];
      if (input && gradient && this.wanted.has(input)) this.add(input, gradient);
    }
  }
}

/** Gradients whose errors name the operator and its node. */
function differentiate(node: Node, context: GradientContext<Attributes>): readonly (SymbolicTensor | null)[] {
  try {
    return node.definition.gradient?.(context) ?? [];
  } catch (error) {
    if (!SensoriumError.is(error) || error.code === 'SENSORIUM_NO_GRADIENT') throw error;
    const { code, message, hint } = error;
    throw new SensoriumError({ code, message: `the gradient of ${describe(node)}: ${message}`, hint, cause: error });
  }
}

/** `operator Concat (node Concat "heads", inputs [2,3], [2,4])`; the node is that of a file, if it was made for one. */
function describe({ definition, inputs, madeFor }: Node): string {
  const shapes = inputs.map((value) => (value ? formatShape(value.shape) : '–')).join(', ');
  return `operator ${definition.type} (${madeFor === undefined ? '' : `node ${madeFor}, `}inputs ${shapes})`;
}

const noGradient = (node: Node): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NO_GRADIENT',
    message: `${describe(node)} has no gradient, and a trained parameter lies before it`,
    hint: 'Freeze the parameters before it, or replace the operator.',
  });
