import {
  badModel,
  describeNode,
  type AttributeProto,
  type FunctionProto,
  type GraphProto,
  type NodeProto,
  renameNodes,
  type Fresh,
  graphsIn,
} from '@sensorium/graph/protobuf';

/** Puts the bodies of the model's own functions in the place of the nodes that call them. */
export function inlineFunctions(graph: GraphProto, functions: readonly FunctionProto[], fresh: Fresh): void {
  if (functions.length === 0) return;
  const known = new Map(functions.map((one) => [keyOf(one.domain, one.name, one.overload), one]));
  for (const inner of graphsIn(graph)) inner.node = inner.node.flatMap((node) => inlined(node, known, fresh, []));
}

const keyOf = (domain: string, name: string, overload: string): string => [domain, name, overload].join(':');

function inlined(
  node: NodeProto,
  functions: ReadonlyMap<string, FunctionProto>,
  fresh: Fresh,
  inside: readonly FunctionProto[],
): NodeProto[] {
  const callee = functions.get(keyOf(node.domain, node.opType, node.overload));
  if (!callee) return [node];
  if (inside.includes(callee)) throw badModel(`the function of ${describeNode(node)} calls itself`);
  const names = new Map([
    ...callee.output.map((name, index) => [name, node.output[index] || fresh(name)] as const),
    ...callee.input.map((name, index) => [name, node.input[index] ?? ''] as const),
  ]);
  const body = withAttributes(callee.node, argumentsOf(node, callee));
  return renameNodes(body, names, (name) => fresh(`${node.name || node.opType}/${name}`)).flatMap((inner) =>
    inlined(inner, functions, fresh, [...inside, callee]),
  );
}

function argumentsOf(node: NodeProto, callee: FunctionProto): Map<string, AttributeProto> {
  return new Map([...callee.attributeProto, ...node.attribute].map((attribute) => [attribute.name, attribute]));
}

/** The nodes of a body, with what the call says in the place of attributes that refer to it. */
function withAttributes(nodes: readonly NodeProto[], given: ReadonlyMap<string, AttributeProto>): NodeProto[] {
  const bound = ({ name, refAttrName, ...attribute }: AttributeProto): AttributeProto[] => {
    if (!refAttrName) return [{ ...attribute, name, refAttrName, ...bodies(attribute, given) }];
    const value = given.get(refAttrName);
    return value ? [{ ...value, name }] : [];
  };
  return nodes.map((node) => ({ ...node, attribute: node.attribute.flatMap(bound) }));
}

function bodies({ g, graphs }: Pick<AttributeProto, 'g' | 'graphs'>, given: ReadonlyMap<string, AttributeProto>) {
  const filled = (graph: GraphProto): GraphProto => ({ ...graph, node: withAttributes(graph.node, given) });
  return { g: g && filled(g), graphs: graphs.map(filled) };
}
