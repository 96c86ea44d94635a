import { create } from '@bufbuild/protobuf';
import {
  badModel,
  describeNode,
  type AttributeProto,
  type FunctionProto,
  GraphProtoSchema,
  type GraphProto,
  type NodeProto,
  renameNodes,
  type Fresh,
  graphsIn,
} from '@sensorium/graph/protobuf';

/** Far more nodes than any model has. */
const MOST_NODES = 200_000;

/** How deep functions may call others. */
const DEEPEST = 100;

/** The nodes of a model's functions, each as a graph. */
export const bodiesOf = (functions: readonly FunctionProto[]): GraphProto[] =>
  functions.map(({ node, output }) => create(GraphProtoSchema, { node, output: output.map((name) => ({ name })) }));

/**
 * Puts the bodies of the model's own functions in the place of the nodes that call them. Throws SENSORIUM_BAD_MODEL for functions
 * that call themselves, and where they call each other so often that a small file would become an enormous graph.
 */
export function inlineFunctions(graph: GraphProto, functions: readonly FunctionProto[], fresh: Fresh): void {
  if (functions.length === 0) return;
  const known = new Map(functions.map((one) => [keyOf(one.domain, one.name, one.overload), one]));
  const inlining: Inlining = { known, fresh, count: 0 };
  for (const inner of graphsIn(graph)) inner.node = inner.node.flatMap((node) => inlined(node, inlining, []));
}

const keyOf = (domain: string, name: string, overload: string): string => [domain, name, overload].join(':');

interface Inlining {
  readonly known: ReadonlyMap<string, FunctionProto>;
  readonly fresh: Fresh;
  /** Nodes up to now. */
  count: number;
}

function inlined(node: NodeProto, inlining: Inlining, inside: readonly FunctionProto[]): NodeProto[] {
  const { known, fresh } = inlining;
  const callee = known.get(keyOf(node.domain, node.opType, node.overload));
  if (!callee) return [node];
  if (inside.includes(callee)) throw badModel(`the function of ${describeNode(node)} calls itself`);
  inlining.count += callee.node.length;
  if (inlining.count > MOST_NODES || inside.length === DEEPEST) throw tooLarge(node, inside.length);
  const names = new Map([
    ...callee.output.map((name, index) => [name, node.output[index] || fresh(name)] as const),
    ...callee.input.map((name, index) => [name, node.input[index] ?? ''] as const),
  ]);
  const body = withAttributes(callee.node, argumentsOf(node, callee));
  return renameNodes(body, names, (name) => fresh(`${node.name || node.opType}/${name}`)).flatMap((inner) =>
    inlined(inner, inlining, [...inside, callee]),
  );
}

const tooLarge = (node: NodeProto, depth: number): Error =>
  badModel(
    `the function of ${describeNode(node)} would make more of the graph than can be read: ${depth === DEEPEST ? `functions call each other ${DEEPEST} deep` : `over ${MOST_NODES} nodes`}`,
    'Save the model again with its functions inlined.',
  );

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
