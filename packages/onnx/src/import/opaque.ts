import { required, SensoriumError, type DataType, type Shape } from '@sensorium/contracts';
import { defineOperator } from '@sensorium/graph';
import { type Inferred, type Attribute, type Origin, type Value } from '@sensorium/graph/transform';
import { badModel, describeNode, subgraphsOf, type NodeProto, type TensorProto } from '@sensorium/graph/protobuf';
import { newestOpset } from '../read/opset.js';
import type { Call } from './call.js';
import { recordOf } from '../operators/index.js';
import type { PartlyInferred } from '../operators/record.js';
import { isBatched, mixesSamples } from './batch.js';
import { inferOpaque } from './infer.js';
import { neededOpset } from './needed-opset.js';
import type { Operand } from './operand.js';

/** Domains of operators that ONNX Runtime has. */
const knownDomains: ReadonlySet<string> = new Set(['', 'ai.onnx.ml', 'com.microsoft']);

export interface OpaqueContext {
  /** What the bodies of the node read from outside, in the order of `names`. */
  readonly captured: readonly Operand[];
  /** The operator set of the file, and the versions of others by domain. */
  readonly opset: number;
  readonly opsets: ReadonlyMap<string, number>;
  /** The tensor that the file stores under a name. */
  readonly stored: (name: string) => TensorProto | undefined;
  /** What the file declares about an output, or the caller of the import. */
  declared(name: string, index: number): PartlyInferred;
  /** A size that is not known. */
  unknown(name: string, axis: number): string;
  /** Why the operator was not lowered, if it usually is. */
  readonly reason?: string;
}

/**
 * A node that is kept as it is: the same operator, attributes and bodies, without gradient. Its outputs are what the file
 * declares, or what can be told.
 */
export function opaque(call: Call, context: OpaqueContext): Operand[] {
  const { node, inputs } = call;
  if (context.captured.some(({ batchAxis }) => batchAxis !== undefined)) throw mixesSamples(call);
  if (isBatched(call) && recordOf(node)?.namesShapes) throw mixesSamples(call);
  const opsets = checkedOpsets(call, context);
  const known = node.output.map((name, index) => typeOf(call, name, index, context));
  const operator = defineOperator<Record<string, Attribute>>(node.opType, {
    domain: node.domain,
    infer: () => known.map(({ dtype = 'float32', shape = [] }): Inferred => ({ dtype, shape })),
    gradient: () => {
      throw noGradient(node, context.reason);
    },
  });
  const origin: Origin = {
    kind: 'origin',
    captured: context.captured.map(({ name }) => name),
    omitted: node.output.flatMap((name, index) => (name ? [] : [index])),
    opsets,
  };
  const attributes = Object.fromEntries(node.attribute.map((attribute) => [attribute.name, attribute]));
  const symbols = [...inputs.map((operand) => operand?.value ?? null), ...context.captured.map(({ value }) => value)];
  const values = operator(symbols, { ...attributes, $origin: origin });
  return node.output.map(
    (name, index) => ({ name, value: values[index] as Value, ...(known[index] ?? {}) }) as Operand,
  );
}

interface Known {
  readonly dtype: DataType | undefined;
  readonly shape: Shape | undefined;
}

/** What the caller and the file say, and what the inputs tell: sizes that are known before those that are not. */
function typeOf(call: Call, name: string, index: number, context: OpaqueContext): Known {
  const unknown = (axis: number): string => context.unknown(name, axis);
  const [said, told] = [context.declared(name, index), inferOpaque(call, index, unknown)];
  const shape = told.shape?.map((size, axis) => {
    const other = said.shape?.length === told.shape?.length ? said.shape?.[axis] : undefined;
    return typeof size === 'string' && size === unknown(axis) && other !== undefined ? other : size;
  });
  return { dtype: told.dtype ?? said.dtype, shape: shape ?? said.shape };
}

/**
 * The versions of the operator sets that a node and its bodies need. Throws SENSORIUM_BAD_MODEL for what no ONNX Runtime of ours
 * could run in a file of ours.
 */
function checkedOpsets(call: Call, { opset, opsets, stored }: OpaqueContext): Record<string, number> {
  const used: Record<string, number> = {};
  for (const one of nodesOf(call.node)) {
    const { domain, opType } = one;
    // ONNX Runtime takes its own operators in files that do not say so.
    const version = opsets.get(domain) ?? (domain === 'com.microsoft' ? 1 : undefined);
    if (!knownDomains.has(domain) || (domain && version === undefined)) {
      throw badModel(
        `${describeNode(one)} is an operator of the domain "${domain}", which ${version === undefined ? 'the file does not import' : 'ONNX Runtime does not have'}`,
        'Ask for an output before it, or save the model again with standard operators.',
      );
    }
    if (!domain && !recordOf(one)) {
      throw badModel(
        `${describeNode(one)} is no operator: ONNX has no "${opType}" in any operator set up to ${newestOpset}`,
        'Ask for an output before it, or save the model again with standard operators. Operators of a library need its domain.',
      );
    }
    const dtype = one === call.node ? call.inputs[0]?.dtype : undefined;
    used[domain] = Math.max(
      used[domain] ?? 0,
      domain ? required(version, 'the version of a domain') : neededOpset(one, { opset, stored, dtype }),
    );
  }
  return used;
}

const nodesOf = (node: NodeProto): NodeProto[] => [
  node,
  ...subgraphsOf(node).flatMap((graph) => graph.node.flatMap(nodesOf)),
];

const noGradient = (node: NodeProto, reason?: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NO_GRADIENT',
    message: `${describeNode(node)} was imported as it is${reason ? ` (${reason})` : ''} and has no gradient, and a trained parameter lies before it`,
    hint: 'Freeze the parameters before it, or import from the output of that node on.',
  });
