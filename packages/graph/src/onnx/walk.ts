import type { AttributeProto, GraphProto, NodeProto, TensorProto } from './onnx_pb.js';

/** `Conv`, `com.microsoft.Gelu` */
export const typeOf = ({ opType, domain }: NodeProto): string => (domain ? `${domain}.${opType}` : opType);

/** The bodies of If, Loop, Scan and their like. */
export function subgraphsOf(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
}

/** A graph and all graphs inside it. */
export function graphsIn(graph: GraphProto): GraphProto[] {
  return [graph, ...graph.node.flatMap(subgraphsOf).flatMap(graphsIn)];
}

/** Every stored tensor: initializers and attributes, of all graphs inside too. */
export function tensorsIn(graph: GraphProto): TensorProto[] {
  return graphsIn(graph).flatMap(({ initializer, node }) => [...initializer, ...node.flatMap(tensorsOf)]);
}

const tensorsOf = ({ attribute }: NodeProto): TensorProto[] =>
  attribute.flatMap(({ t, tensors }) => (t ? [t, ...tensors] : tensors));

/** The names that a graph gives to values. */
export function definedIn({ input, initializer, node }: GraphProto): string[] {
  return [...input, ...initializer]
    .map(({ name }) => name)
    .concat(node.flatMap(({ output }) => output.filter(Boolean)));
}

/** The names that a node reads: its inputs, and what its bodies read from outside. */
export function readBy(node: NodeProto): string[] {
  return [...node.input.filter(Boolean), ...capturedBy(node)];
}

/** The names that the bodies of a node read from outside. */
export function capturedBy(node: NodeProto): string[] {
  return [...new Set(subgraphsOf(node).flatMap(freeNamesOf))];
}

function freeNamesOf(graph: GraphProto): string[] {
  const own = new Set(definedIn(graph));
  const read = [...graph.node.flatMap(readBy), ...graph.output.map(({ name }) => name)];
  return read.filter((name) => !own.has(name));
}

export const attributeOf = (node: NodeProto, name: string): AttributeProto | undefined =>
  node.attribute.find((attribute) => attribute.name === name);
