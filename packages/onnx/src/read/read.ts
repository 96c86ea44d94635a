import { fromBinary } from '@bufbuild/protobuf';
import { SensoriumError, type Tensor } from '@sensorium/contracts';
import {
  badModel,
  ModelProtoSchema,
  type GraphProto,
  type ModelProto,
  type OperatorSetIdProto,
  type Fresh,
  definedIn,
  graphsIn,
  tensorsIn,
} from '@sensorium/graph/protobuf';
import { constantsToInitializers } from './constants.js';
import { checkParts } from './parts.js';
import { loadExternalData, type ExternalData } from './external-data.js';
import { bodiesOf, inlineFunctions } from './functions.js';
import { widenHalves } from './half.js';
import { bringToOpset17, newestOpset, oldestOpset } from './opset.js';
import { indexGraph, type IndexedGraph } from './order.js';
import { describeTensor, describeType, type TensorDescription } from './describe.js';
import { checkTensor, decodeTensor } from './tensor.js';

/** A model as it was read from an ONNX file; `importGraph` makes symbols of it. */
export interface OnnxModel {
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
  /** Everything stored: weights, and constants that say shapes, axes and the like. */
  readonly initializers: readonly TensorDescription[];
  /** Names of all that is computed inside, in the order in which it is. */
  readonly values: readonly string[];
}

/** What an OnnxModel is inside this package. */
export interface ReadModel extends OnnxModel {
  readonly graph: IndexedGraph;
  /** The newest standard operator set that the file or a function of it was written in. */
  readonly opset: number;
  /** Versions of the operator sets beside the standard one, by domain. */
  readonly opsets: ReadonlyMap<string, number>;
}

/** The inside of a model that this package read. */
export function insideOf(model: OnnxModel): ReadModel {
  if ('graph' in model) return model as ReadModel;
  throw badModel('a model was given that readOnnx did not read', 'Give what readOnnx gave.');
}

export interface ReadOptions {
  /** Gives the bytes of the files in which the model keeps large tensors, by the names that the model has for them. */
  readonly externalData?: ExternalData;
}

/**
 * Reads the bytes of an ONNX file of operator sets 7 … 26 and checks that they make sense. float16 and bfloat16 are
 * read as float32. Throws SENSORIUM_BAD_MODEL, which says what is wrong where.
 */
export function readOnnx(bytes: Uint8Array, { externalData }: ReadOptions = {}): OnnxModel {
  const { graph, functions, opsetImport } = parse(bytes);
  const bodies = bodiesOf(functions);
  const everything = [graph, ...bodies];
  loadExternalData(everything, externalData);
  everything.flatMap(tensorsIn).forEach(checkTensor);
  everything.forEach(widenHalves);
  const fresh = freshNames(everything);
  bringToOpset17(graph, standardOpset(opsetImport), fresh);
  for (const [index, body] of bodies.entries()) {
    const own = functions[index];
    if (!own) continue;
    bringToOpset17(body, standardOpset(own.opsetImport), fresh);
    own.node = body.node;
  }
  inlineFunctions(graph, functions, fresh);
  constantsToInitializers(graph);
  return describe(indexGraph(graph), [...functions.flatMap((one) => one.opsetImport), ...opsetImport]);
}

/** The numbers of all that is stored in a model, by name, but for element types that tensors cannot have. */
export function storedTensors(model: OnnxModel): Record<string, Tensor> {
  const decoded = [...insideOf(model).graph.initializers].flatMap(([name, stored]) => {
    const tensor = decodeTensor(stored);
    return tensor ? [[name, tensor] as const] : [];
  });
  return Object.fromEntries(decoded);
}

function parse(bytes: Uint8Array): ModelProto & { graph: GraphProto } {
  if (bytes.length === 0) {
    throw badModel('this is an empty file, not an ONNX model', 'It was not written or not loaded whole; get it again.');
  }
  const hint = 'The file is damaged, was not loaded whole, or is not an ONNX file.';
  let model: ModelProto;
  try {
    checkParts(bytes);
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    if (SensoriumError.is(cause)) throw cause;
    throw badModel('this is not a whole ONNX model', hint, cause);
  }
  const { graph } = model;
  if (!graph) throw badModel('this is not an ONNX model: it has no graph', hint);
  return { ...model, graph };
}

const isStandard = (domain: string): boolean => domain === '' || domain === 'ai.onnx';

function standardOpset(imports: readonly OperatorSetIdProto[]): number {
  const version = Number(imports.find(({ domain }) => isStandard(domain))?.version ?? 0);
  if (version >= oldestOpset && version <= newestOpset) return version;
  throw badModel(
    version ? `the model is written in operator set ${version}` : 'the model does not say its operator set',
    `Operator sets ${oldestOpset} to ${newestOpset} can be read. Save the model again with one of these.`,
  );
}

function freshNames(graphs: readonly GraphProto[]): Fresh {
  const used = new Set(graphs.flatMap(graphsIn).flatMap(definedIn));
  const counts = new Map<string, number>();
  return (prefix) => {
    let name = prefix;
    let count = counts.get(prefix) ?? 1;
    while (used.has(name)) name = `${prefix}_${++count}`;
    counts.set(prefix, count);
    used.add(name);
    return name;
  };
}

function describe(graph: IndexedGraph, imports: readonly OperatorSetIdProto[]): ReadModel {
  return {
    inputs: graph.inputs.map(({ name }) => describeType(name, graph.types.get(name))),
    outputs: graph.outputs.map(({ name }) => describeType(name, graph.types.get(name))),
    initializers: [...graph.initializers].map(([name, tensor]) => describeTensor(name, tensor)),
    values: graph.nodes.flatMap(({ output }) => output.filter(Boolean)),
    graph,
    opset: Math.max(...imports.filter(({ domain }) => isStandard(domain)).map(({ version }) => Number(version))),
    opsets: new Map(
      imports.flatMap(({ domain, version }) => (isStandard(domain) ? [] : [[domain, Number(version)] as const])),
    ),
  };
}
