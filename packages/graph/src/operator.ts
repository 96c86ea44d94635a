import type { DataType, Shape, SymbolicTensor } from '@sensorium/contracts';
import { createValue, nextId, valueOf, type Attributes, type Node, type Value } from './value.js';

export interface Inferred {
  readonly dtype: DataType;
  readonly shape: Shape;
}

export interface GradientContext<A extends Attributes> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly output: Value;
  /** The gradient of the loss with respect to `output`. */
  readonly upstream: SymbolicTensor;
  /** The same for every output; null where nothing depends on it. */
  readonly upstreams: readonly (SymbolicTensor | null)[];
  readonly attributes: A;
}

/** An operator of ONNX: how shapes follow and, beside it, how gradients flow back. */
export interface Definition<A extends Attributes = Attributes> {
  readonly type: string;
  /** '' is the standard operator set. */
  readonly domain: string;
  infer(inputs: readonly Value[], attributes: A): readonly Inferred[];
  /** One gradient for each input, null where there is none to give (an index, a shape). */
  gradient?(context: GradientContext<A>): readonly (SymbolicTensor | null)[];
}

type OperatorOptions<A extends Attributes> = {
  domain?: string;
  /** Default: that of the first input. */
  dtype?(inputs: readonly Value[], attributes: A): DataType;
  gradient?: Definition<A>['gradient'];
} & ({ shape(inputs: readonly Value[], attributes: A): Shape } | { infer: Definition<A>['infer'] });

/** Applies an operator; `null` stands for an optional input that is left out. */
export type Operator<A extends Attributes> = ((inputs: readonly (SymbolicTensor | null)[], attributes: A) => Value[]) & {
  readonly definition: Definition<A>;
};

export function defineOperator<A extends Attributes = Record<never, never>>(
  type: string,
  options: OperatorOptions<A>,
): Operator<A> {
  const definition: Definition<A> = {
    type,
    domain: options.domain ?? '',
    infer:
      'infer' in options
        ? options.infer
        : (inputs, attributes) => [
            { dtype: options.dtype?.(inputs, attributes) ?? inputs[0]?.dtype ?? 'float32', shape: options.shape(inputs, attributes) },
          ],
    gradient: options.gradient,
  };
  const apply = (inputs: readonly (SymbolicTensor | null)[], attributes: A): Value[] =>
    createNode(definition, inputs, attributes);
  return Object.assign(apply, { definition });
}

function createNode<A extends Attributes>(
  definition: Definition<A>,
  symbols: readonly (SymbolicTensor | null)[],
  attributes: A,
): Value[] {
  const inputs = symbols.map((symbol) => symbol && valueOf(symbol));
  const inferred = definition.infer(inputs as Value[], attributes);
  const outputs: Value[] = [];
  const node: Node = { id: nextId(), definition: definition as unknown as Definition, inputs, attributes, outputs };
  for (const [index, { dtype, shape }] of inferred.entries()) {
    outputs.push(createValue(dtype, shape, { kind: 'node', node, index }));
  }
  return outputs;
}

/** The only output of an operator that has one. */
export function single(outputs: readonly Value[]): Value {
  const [output] = outputs;
  if (!output || outputs.length !== 1) throw new Error(`expected one output, got ${outputs.length}`);
  return output;
}
