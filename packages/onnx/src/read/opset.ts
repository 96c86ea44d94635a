import { type GraphProto, type NodeProto, type TensorProto, type Fresh, subgraphsOf } from '@sensorium/graph/protobuf';
import { storedBy } from './constants.js';
import { newer } from './newer.js';
import { older } from './older.js';
import { decodeTensor } from './tensor.js';

/** The operator sets that can be read. */
export const oldestOpset = 11;
export const newestOpset = 21;

export interface RewriteContext {
  /** The operator set of the node. */
  readonly opset: number;
  /** Makes a name that nothing has yet. */
  readonly fresh: Fresh;
  /** Integers that are stored under a name, as far as this node can see. */
  integers(name: string): number[] | undefined;
}

/** What a node of another operator set says, in that of 17. */
export type Rewrite = (node: NodeProto, context: RewriteContext) => readonly NodeProto[];

/**
 * Rewrites every node of a graph, and of the graphs inside, as operator set 17 says the same, so that all that follows
 * knows one operator set. What 17 cannot say is left: see `opsetFor`.
 */
export function bringToOpset17(
  graph: GraphProto,
  opset: number,
  fresh: Fresh,
  outer: ReadonlyMap<string, TensorProto> = new Map(),
): void {
  const stored = new Map([...outer, ...storedIn(graph)]);
  const integers = (name: string): number[] | undefined => {
    const tensor = stored.get(name);
    const data = tensor && decodeTensor(tensor)?.data;
    return data && Array.from(data, Number);
  };
  for (const node of graph.node) {
    if (node.domain === 'ai.onnx') node.domain = '';
    subgraphsOf(node).forEach((body) => bringToOpset17(body, opset, fresh, stored));
  }
  graph.node = graph.node.flatMap((node) => rewriteFor(node, opset)?.(node, { opset, fresh, integers }) ?? [node]);
}

function rewriteFor({ opType, domain }: NodeProto, opset: number): Rewrite | undefined {
  if (domain !== '') return undefined;
  const [version, rewrite] = (opset < 17 ? older : newer)[opType] ?? [];
  if (version === undefined) return undefined;
  return opset < 17 ? (opset < version ? rewrite : undefined) : opset >= version ? rewrite : undefined;
}

function storedIn({ node, initializer }: GraphProto): [string, TensorProto][] {
  const constants = node.flatMap((one): [string, TensorProto][] => {
    const tensor = storedBy(one);
    return tensor ? [[one.output[0] ?? '', tensor]] : [];
  });
  return [...initializer.map((tensor): [string, TensorProto] => [tensor.name, tensor]), ...constants];
}
