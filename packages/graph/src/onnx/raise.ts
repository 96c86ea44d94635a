import { AttributeProto_AttributeType, type AttributeProto, type GraphProto, type NodeProto } from './onnx_pb.js';
import { integerAttribute, makeNode, textAttribute, textOf, without } from './make-node.js';
import type { Fresh } from './rename.js';
import { attributeOf, subgraphsOf } from './walk.js';

/** What a node of operator set 17 says, in that of a newer one. Nodes that are new already stay as they are. */
type Raise = (node: NodeProto, fresh: Fresh) => readonly NodeProto[];

/** Rewrites nodes that newer operator sets say in another way; everything else is the same in all of them. */
export function raiseTo(opset: number, graph: GraphProto, fresh: Fresh): void {
  graph.node.flatMap(subgraphsOf).forEach((body) => raiseTo(opset, body, fresh));
  graph.node = graph.node.flatMap((node) => {
    const [since, raise] = (node.domain === '' && Object.hasOwn(raised, node.opType) && raised[node.opType]) || [];
    return since !== undefined && opset >= since && raise ? raise(node, fresh) : [node];
  });
}

/** An attribute, or what it was where it is left out, as an input after others, of which some may be left out. */
const toInput =
  (name: string, place: number, otherwise?: AttributeProto): Raise =>
  (node, fresh) => {
    const values = attributeOf(node, name) ?? otherwise;
    if (!values || node.input.length > place) return [node];
    const output = fresh(name);
    const stored = makeNode(
      'Constant',
      [],
      [output],
      [{ ...values, name: values.type === AttributeProto_AttributeType.INTS ? 'value_ints' : 'value_int' }],
    );
    const before = Array.from({ length: place }, (_, index) => node.input[index] ?? '');
    return [stored, { ...node, input: [...before, output], attribute: without(node, name) }];
  };

const renamedModes: Raise = (node) => [
  {
    ...node,
    attribute: node.attribute.map((attribute) => {
      const mode = attribute.name === 'mode' ? newerModes[textOf(attribute)] : undefined;
      return mode ? textAttribute('mode', mode) : attribute;
    }),
  },
];
const newerModes: Readonly<Record<string, string>> = { bilinear: 'linear', bicubic: 'cubic' };

/** Parts of one size have to be counted. */
const countedParts: Raise = (node) => {
  const isSaid = Boolean(node.input[1]) || attributeOf(node, 'num_outputs');
  const count = integerAttribute('num_outputs', node.output.length);
  return [isSaid ? node : { ...node, attribute: [...node.attribute, count] }];
};

const reductions = [
  ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd'],
  'ReduceSumSquare',
];

/** What changed after 17, and with which operator set. */
const raised: Readonly<Record<string, readonly [number, Raise]>> = {
  ...Object.fromEntries(reductions.map((type) => [type, [18, toInput('axes', 1)] as const])),
  DFT: [20, toInput('axis', 2, integerAttribute('axis', 1))],
  GridSample: [20, renamedModes],
  Split: [18, countedParts],
};
