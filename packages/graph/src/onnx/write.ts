import { create, toBinary } from '@bufbuild/protobuf';
import { required, type DataType, type Shape, type SymbolicTensor, type Tensor } from '@sensorium/contracts';
import { formatShape, sameShape, tensorBytes } from '@sensorium/tensors';
import { shapeError } from '../shape.js';
import { isSubgraph, nodesInOrder } from '../traverse.js';
import { valueOf, type Node, type Origin, type Subgraph, type Value } from '../value.js';
import { attributeToProto } from './attribute.js';
import { badModel } from './bad-model.js';
import { Names } from './names.js';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from './onnx_pb.js';
import { raiseTo } from './raise.js';
import { renameAttribute } from './rename.js';
import { elementTypes } from '../element-types.js';

/** Bytes up to which constants are compared. */
const SMALL_CONSTANT = 2 ** 14;

export interface ModelDescription {
  readonly name?: string;
  /** Outputs by the name they get in the file. */
  readonly outputs: Readonly<Record<string, SymbolicTensor>>;
  /** Inputs in the order they get in the file. Others that the outputs need follow. */
  readonly inputs?: readonly SymbolicTensor[];
  /** Values of parameters, by name. Parameters without values become inputs. */
  readonly weights?: Readonly<Record<string, Tensor>>;
  /** Free text that travels with the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The operator set of what is written here: the newest that all providers of ONNX Runtime know well. */
export const OPSET = 17;

/** The format of files with newer operator sets than 18. */
const irVersions: Readonly<Record<number, bigint>> = {
  ...{ 19: 9n, 20: 9n, 21: 10n, 22: 10n },
  ...{ 23: 11n, 24: 12n, 25: 13n, 26: 13n },
};

/**
 * The graph that computes `outputs`, as the bytes of an ONNX file. The same description gives the same bytes. The operator set is
 * 17, or the oldest that has what was imported and kept as it is.
 */
export function toOnnx({
  name = 'sensorium',
  outputs,
  inputs = [],
  weights = {},
  metadata = {},
}: ModelDescription): Uint8Array {
  const names = new Names();
  Object.keys(outputs).forEach((key) => names.reserve(key));
  const writer = new GraphWriter(names, weights);
  inputs.map(valueOf).forEach((value) => writer.leaf(value));
  const graph = writer.write(
    name,
    Object.entries(outputs).map(([key, symbol]) => [key, valueOf(symbol)]),
  );
  const opset = required(writer.opsets.get(''), 'the version of the standard operator set');
  raiseTo(opset, graph, (prefix) => names.fresh(prefix));
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: irVersions[opset] ?? 8n,
      producerName: 'sensorium',
      opsetImport: [...writer.opsets].map(([domain, version]) => ({
        domain,
        version: BigInt(version),
      })),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph,
    }),
  );
}

/** Writes one graph: the model's, or (as a child of another) the body of a Loop. */
class GraphWriter {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers: TensorProto[] = [];
  private readonly inputs: Value[] = [];
  /** Names of constants, by what they contain. */
  private readonly constants = new Map<string | number, string>();
  /** Nodes that are written, here or around here. */
  private readonly written: Set<Node>;
  /** Versions of the operator sets in use, by domain; '' is the standard one. */
  readonly opsets: Map<string, number>;

  constructor(
    private readonly names: Names,
    private readonly weights: Readonly<Record<string, Tensor>>,
    private readonly outer?: GraphWriter,
  ) {
    this.written = new Set(outer?.written);
    this.opsets = outer?.opsets ?? new Map([['', OPSET]]);
  }

  write(name: string, outputs: readonly (readonly [string, Value])[]): GraphProto {
    const nodes = nodesInOrder(outputs.map(([, value]) => value));
    const factors = new Set(nodes.filter(isProduct).flatMap(({ inputs }) => inputs));
    // ONNX Runtime 1.30 ends the process at a product of two transposed matrices of which one is an output by itself.
    const isSafe = (value: Value): boolean => !isTransposed(value) || !factors.has(value);
    const renamed = outputs.filter(([key, value]) => isSafe(value) && this.claim(key, value));
    for (const node of nodes) this.node(node);
    for (const [key, value] of outputs.filter((output) => !renamed.includes(output))) this.alias(key, value);
    return create(GraphProtoSchema, {
      name,
      node: this.nodes,
      initializer: this.initializers,
      input: this.inputs.map((value) => valueInfo(this.names.of(value), value.dtype, value.shape)),
      output: outputs.map(([key, { dtype, shape }]) => valueInfo(key, dtype, shape)),
    });
  }

  /** A value that no node computes: named once, and declared in the outermost graph. */
  leaf(value: Value): string {
    if (this.outer && !this.names.has(value)) return this.outer.leaf(value);
    const { source } = value;
    if (this.names.has(value) || source.kind === 'node') return this.names.of(value);
    if (source.kind === 'constant') return this.constant(value, source.tensor);
    if (source.kind === 'stored') {
      const name = this.names.next(value, 'constant');
      this.initializers.push({ ...source.tensor, name });
      return name;
    }
    const name = this.names.take(value, source.name);
    const weight = source.kind === 'parameter' ? this.weights[source.name] : undefined;
    if (weight) this.initializers.push(tensorProto(name, fitting(weight, name, value)));
    else this.inputs.push(value);
    return name;
  }

  /** Small constants of one content are one: only then does a runtime see that two nodes compute the same. */
  private constant(value: Value, tensor: Tensor): string {
    const bytes = tensorBytes(tensor);
    const content = bytes.length > SMALL_CONSTANT ? value.id : `${tensor.dtype} ${tensor.shape.join()} ${bytes.join()}`;
    const known = this.constants.get(content);
    if (known !== undefined) this.names.assign(value, known);
    else {
      const name = this.names.next(value, 'constant');
      this.constants.set(content, name);
      this.initializers.push(tensorProto(name, tensor));
    }
    return this.names.of(value);
  }

  private node(node: Node): void {
    if (this.written.has(node)) return;
    this.written.add(node);
    const { type: opType, domain, attributes: types } = node.definition;
    const origin = isOrigin(node.attributes['$origin']) ? node.attributes['$origin'] : undefined;
    const bodies = Object.entries(node.attributes).filter((entry): entry is [string, Subgraph] => isSubgraph(entry[1]));
    const subgraphs = new Map(bodies.map(([key, body]) => [key, this.body(body)]));
    const inputs = node.inputs.map((value) => (value ? this.leaf(value) : ''));
    const output = node.outputs.map((value, index) =>
      origin?.omitted.includes(index) ? '' : this.output(value, node),
    );
    const attributes = Object.entries(node.attributes).flatMap(([key, value]) =>
      key.startsWith('$') || value === undefined
        ? []
        : [attributeToProto(opType, key, subgraphs.get(key) ?? value, types[key])],
    );
    const { attribute, input } = origin
      ? this.asInFile(origin, attributes, inputs)
      : { attribute: attributes, input: inputs };
    this.nodes.push(create(NodeProtoSchema, { name: output.find(Boolean), opType, domain, input, output, attribute }));
  }

  private output(value: Value, { definition }: Node): string {
    return this.names.has(value) ? this.names.of(value) : this.names.next(value, definition.type);
  }

  /** Bodies from a file call what they read from around them by the names of that file. */
  private asInFile({ captured, opsets }: Origin, attributes: readonly AttributeProto[], inputs: readonly string[]) {
    for (const [domain, version] of Object.entries(opsets)) {
      const other = this.opsets.get(domain) ?? version;
      if (domain && other !== version) throw twoVersions(domain);
      this.opsets.set(domain, Math.max(other, version));
    }
    const input = inputs.slice(0, inputs.length - captured.length);
    const outside = new Map(captured.map((name, index) => [name, required(inputs[input.length + index], name)]));
    const fresh = (): string => this.names.fresh('inner');
    return { input, attribute: attributes.map((attribute) => renameAttribute(attribute, outside, fresh)) };
  }

  /** What a body reads from outside is written already: it is among the Loop's dependencies. */
  private body(body: Subgraph): GraphProto {
    const child = new GraphWriter(this.names, this.weights, this);
    child.inputs.push(...body.inputs);
    body.inputs.forEach((value) => this.names.next(value, 'body'));
    return child.write(
      this.names.fresh('body'),
      body.outputs.map((value) => [this.names.fresh('body_output'), value]),
    );
  }

  /** Lets the node that computes an output write it under its final name: a copy of large state costs as much as a step. */
  private claim(name: string, value: Value): boolean {
    const { source } = value;
    if (source.kind !== 'node' || this.written.has(source.node) || this.names.has(value)) return false;
    this.names.assign(value, name);
    return true;
  }

  private alias(name: string, value: Value): void {
    this.nodes.push(create(NodeProtoSchema, { opType: 'Identity', input: [this.leaf(value)], output: [name] }));
  }
}

const isProduct = ({ definition: { type, domain } }: Node): boolean =>
  domain === '' && (type === 'Gemm' || type === 'MatMul');

const isTransposed = ({ source }: Value): boolean =>
  source.kind === 'node' && source.node.definition.type === 'Transpose';

const isOrigin = (attribute: unknown): attribute is Origin =>
  typeof attribute === 'object' && attribute !== null && 'kind' in attribute && attribute.kind === 'origin';

const twoVersions = (domain: string): Error =>
  badModel(
    `two parts of the graph were imported with different versions of the operator set "${domain}"`,
    'Save one of the models again with the version of the other.',
  );

function fitting(weight: Tensor, name: string, { dtype, shape }: Value): Tensor {
  if (weight.dtype === dtype && sameShape(weight.shape, shape)) return weight;
  throw shapeError(
    `the weight "${name}" is ${weight.dtype} ${formatShape(weight.shape)}, and the graph's parameter ${dtype} ${formatShape(shape)}`,
    'The weights belong to another model.',
  );
}

function valueInfo(name: string, dtype: DataType, shape: Shape) {
  const dim = shape.map((dimension) =>
    typeof dimension === 'number'
      ? { value: { case: 'dimValue' as const, value: BigInt(dimension) } }
      : { value: { case: 'dimParam' as const, value: dimension } },
  );
  const tensorType = { elemType: elementTypes[dtype], shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensorType } } });
}

function tensorProto(name: string, tensor: Tensor): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: tensor.shape.map(BigInt),
    dataType: elementTypes[tensor.dtype],
    rawData: tensorBytes(tensor),
  });
}
