import { SensoriumError, type DataType, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import {
  createValue,
  nextId,
  valueOf,
  type Attribute,
  type Attributes,
  type AttributeType,
  type Node,
  type Subgraph,
  type Value,
} from './value.js';

export interface Inferred {
  readonly dtype: DataType;
  readonly shape: Shape;
}

/** The inputs of a node. An operator knows how many it takes, which are left out then, and reads no more of them. */
export type Inputs = readonly [Value, Value, Value, ...Value[]];

/** What attributes may be, by their names. */
export type AttributesOf<A> = { readonly [Name in keyof A]: Attribute | undefined };

type TypesFor<T> = T extends number
  ? 'int' | 'float'
  : T extends boolean
    ? 'int'
    : T extends string
      ? 'string'
      : T extends readonly number[]
        ? 'ints' | 'floats'
        : T extends readonly string[]
          ? 'strings'
          : T extends Subgraph
            ? 'graph'
            : never;

/** The types of all attributes that are written: those whose names do not start with `$`. */
export type AttributeTypes<A> = {
  readonly [Name in keyof A as Name extends `$${string}` ? never : Name]-?: TypesFor<NonNullable<A[Name]>>;
};

/** Attributes of names that only a file knows bring their types along. */
type DeclaredTypes<A> = string extends keyof A
  ? { attributes?: undefined }
  : [keyof AttributeTypes<A>] extends [never]
    ? { attributes?: undefined }
    : {
        /** How ONNX stores each attribute. */
        attributes: AttributeTypes<A>;
      };

export interface GradientContext<A> {
  readonly inputs: Inputs;
  readonly outputs: readonly Value[];
  readonly output: Value;
  /** The gradient of the loss with respect to `output`. */
  readonly upstream: SymbolicTensor;
  /** The same for every output; null where nothing depends on it. */
  readonly upstreams: readonly (SymbolicTensor | null)[];
  readonly attributes: A;
}

export interface CostContext<A> {
  readonly inputs: Inputs;
  readonly outputs: readonly Value[];
  readonly output: Value;
  readonly attributes: A;
}

/** An operator of ONNX: how shapes follow and, beside it, how gradients flow back and what it costs. */
export interface Definition<A = Attributes> {
  readonly type: string;
  /** '' is the standard operator set. */
  readonly domain: string;
  readonly attributes: Readonly<Record<string, AttributeType>>;
  infer(inputs: Inputs, attributes: A): readonly Inferred[];
  /** One gradient for each input, null where there is none to give (an index, a shape). */
  gradient?(context: GradientContext<A>): readonly (SymbolicTensor | null)[];
  /** Floating-point operations of its products, for one sample. Default 0 */
  operations?(context: CostContext<A>): number;
}

type OperatorOptions<A> = DeclaredTypes<A> & {
  domain?: string;
  /** Default: that of the first input. */
  dtype?(inputs: Inputs, attributes: A): DataType;
  gradient?: Definition<A>['gradient'];
  operations?: Definition<A>['operations'];
} & ({ shape(inputs: Inputs, attributes: A): Shape } | { infer: Definition<A>['infer'] });

/** Applies an operator; `null` stands for an optional input that is left out. */
export type Operator<A> = ((inputs: readonly (SymbolicTensor | null)[], attributes: A) => Value[]) & {
  readonly definition: Definition<A>;
};

/**
 * An operator of ONNX by its name. Attributes are those of ONNX by their names, with their types, and under `$…` what only shape
 * inference and gradient read.
 */
export function defineOperator<A extends AttributesOf<A> = Record<never, never>>(
  type: string,
  options: OperatorOptions<A>,
): Operator<A> {
  return operatorOf({
    type,
    domain: options.domain ?? '',
    attributes: options.attributes ?? {},
    infer:
      'infer' in options
        ? options.infer
        : (inputs, attributes) => [
            { dtype: options.dtype?.(inputs, attributes) ?? inputs[0].dtype, shape: options.shape(inputs, attributes) },
          ],
    gradient: options.gradient,
    operations: options.operations,
  });
}

/** The function that applies what a definition says. */
export function operatorOf<A extends AttributesOf<A>>(definition: Definition<A>): Operator<A> {
  const apply = (inputs: readonly (SymbolicTensor | null)[], attributes: A): Value[] =>
    applyNode(definition, inputs, attributes);
  return Object.assign(apply, { definition });
}

let purpose: string | undefined;

/** Says of all nodes that `build` makes what they are for, so that errors about them can tell. */
export function madeFor<T>(what: string, build: () => T): T {
  const outer = purpose;
  purpose = what;
  try {
    return build();
  } finally {
    purpose = outer;
  }
}

/** Adds a node to the graph; gives its outputs. */
export function applyNode<A extends AttributesOf<A>>(
  definition: Definition<A>,
  symbols: readonly (SymbolicTensor | null)[],
  attributes: A,
): Value[] {
  const inputs = symbols.map((symbol) => symbol && valueOf(symbol));
  const inferred = infer(definition, inputs as unknown as Inputs, attributes);
  const outputs: Value[] = [];
  const node: Node = { id: nextId(), definition, inputs, attributes, outputs, madeFor: purpose };
  for (const [index, { dtype, shape }] of inferred.entries()) {
    outputs.push(createValue(dtype, shape, { kind: 'node', node, index }));
  }
  return outputs;
}

/** Shape inference whose errors name the operator. */
function infer<A>(definition: Definition<A>, inputs: Inputs, attributes: A): readonly Inferred[] {
  try {
    return definition.infer(inputs, attributes);
  } catch (error) {
    if (!SensoriumError.is(error)) throw error;
    const { code, message, hint } = error;
    throw new SensoriumError({ code, message: `${definition.type}: ${message}`, hint, cause: error });
  }
}

/** The only output of an operator that has one. */
export function single(outputs: readonly Value[]): Value {
  const [output] = outputs;
  if (!output || outputs.length !== 1) throw new Error(`expected one output, got ${outputs.length}`);
  return output;
}
