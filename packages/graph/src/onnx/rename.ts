import type { AttributeProto, GraphProto, NodeProto } from './onnx_pb.js';
import { definedIn } from './walk.js';

/** From the names of a file to those of another. */
export type Renaming = ReadonlyMap<string, string>;
/** Makes a name that nothing has yet. */
export type Fresh = (prefix: string) => string;

/** A copy of nodes in which all that they give, and that `known` does not name already, is called anew. */
export function renameNodes(nodes: readonly NodeProto[], known: Renaming, fresh: Fresh): NodeProto[] {
  const names = extend(
    known,
    nodes.flatMap(({ output }) => output),
    fresh,
  );
  return nodes.map((node) => ({
    ...renameBodies(node, names, fresh),
    input: node.input.map((name) => nameOf(names, name)),
    output: node.output.map((name) => nameOf(names, name)),
  }));
}

/** A copy of a node's attributes; what their graphs define is called anew, what they read from outside as `known` says. */
export function renameAttribute(attribute: AttributeProto, known: Renaming, fresh: Fresh): AttributeProto {
  const { g, graphs } = attribute;
  return {
    ...attribute,
    g: g && renameGraph(g, known, fresh),
    graphs: graphs.map((graph) => renameGraph(graph, known, fresh)),
  };
}

function renameGraph(graph: GraphProto, known: Renaming, fresh: Fresh): GraphProto {
  const names = extend(known, definedIn(graph), fresh);
  const renamed = <T extends { name: string }>(list: readonly T[]): T[] =>
    list.map((item) => ({ ...item, name: nameOf(names, item.name) }));
  return {
    ...graph,
    node: renameNodes(graph.node, names, fresh),
    initializer: renamed(graph.initializer),
    input: renamed(graph.input),
    output: renamed(graph.output),
    valueInfo: renamed(graph.valueInfo.filter(({ name }) => names.has(name))),
  };
}

const renameBodies = (node: NodeProto, names: Renaming, fresh: Fresh): NodeProto => ({
  ...node,
  attribute: node.attribute.map((attribute) => renameAttribute(attribute, names, fresh)),
});

function extend(known: Renaming, defined: readonly string[], fresh: Fresh): Renaming {
  const names = new Map(known);
  for (const name of defined) if (name && !names.has(name)) names.set(name, fresh(name));
  return names;
}

const nameOf = (names: Renaming, name: string): string => names.get(name) ?? name;
