import { outputName } from '../import/at.js';
import {
  readBy,
  subgraphsOf,
  type Fresh,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '@sensorium/graph/protobuf';
import { storedBy } from './constants.js';
import { recordOf } from '../operators/index.js';
import type { Rewrite, RewriteContext } from '../operators/record.js';
import { decodeTensor, sizesOf } from './tensor.js';

/** The operator sets that can be read. */
export const oldestOpset = 7;
export const newestOpset = 26;

/** Longer than any list of axes, sizes or pads. */
const LONGEST = 1024;

/** The tensor that is stored under a name, as far as a node can see. */
type Stored = (name: string) => TensorProto | undefined;

/**
 * Rewrites every node of a graph, and of the graphs inside, as operator set 17 says the same, so that all that follows
 * knows one operator set. What 17 cannot say is left: see `neededOpset`.
 */
export function bringToOpset17(graph: GraphProto, opset: number, fresh: Fresh, outer: Stored = () => undefined): void {
  const own = new Map(storedIn(graph));
  const stored: Stored = (name) => own.get(name) ?? outer(name);
  const integers = (name: string): number[] | undefined => {
    const tensor = stored(name);
    const data = tensor && sizesOf(tensor).every((size) => size <= LONGEST) ? decodeTensor(tensor)?.data : undefined;
    return data && Array.from(data, Number);
  };
  const read = new Set([...graph.node.flatMap(readBy), ...graph.output.map(({ name }) => name)]);
  const context: RewriteContext = { opset, fresh, integers, isRead: (name) => read.has(name) };
  for (const node of graph.node) {
    if (node.domain === 'ai.onnx') node.domain = '';
    subgraphsOf(node).forEach((body) => bringToOpset17(body, opset, fresh, stored));
  }
  graph.node = graph.node.flatMap((node) => rewriteFor(node, opset)?.(node, context) ?? [node]);
}

function rewriteFor(node: NodeProto, opset: number): Rewrite | undefined {
  const { older, newer } = (node.domain === '' && recordOf(node)) || {};
  if (opset < 17) return older && opset < older[0] ? older[1] : undefined;
  return newer && opset >= newer[0] ? newer[1] : undefined;
}

function storedIn({ node, initializer }: GraphProto): [string, TensorProto][] {
  const constants = node.flatMap((one): [string, TensorProto][] => {
    const tensor = storedBy(one);
    return tensor ? [[outputName(one, 0), tensor]] : [];
  });
  return [...initializer.map((tensor): [string, TensorProto] => [tensor.name, tensor]), ...constants];
}
