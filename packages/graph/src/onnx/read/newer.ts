import type { AttributeProto, NodeProto } from '../onnx_pb.js';
import { integersAttribute, makeNode, textAttribute, textOf, without } from './make-node.js';
import type { Rewrite } from './opset.js';
import { attributeOf } from './walk.js';

/** Reductions take their axes as an input. */
const axesToAttribute: Rewrite = (node, context) => {
  const [x = '', given = ''] = node.input;
  const axes = given === '' ? [] : context.integers(given);
  if (!axes) return [node];
  const rest = { ...node, input: [x], attribute: without(node, 'noop_with_empty_axes') };
  if (axes.length) return [{ ...rest, attribute: [...rest.attribute, integersAttribute('axes', axes)] }];
  const nothing = attributeOf(node, 'noop_with_empty_axes')?.i === 1n;
  return [nothing ? makeNode('Identity', [x], node.output) : rest];
};

/** New attributes that stand at what everything was before. */
const withoutDefaults: Rewrite = (node) => [
  { ...node, attribute: node.attribute.filter((attribute) => !isNewDefault(node, attribute)) },
];

const isNewDefault = ({ opType }: NodeProto, attribute: AttributeProto): boolean => {
  const expected = newAttributes[opType]?.[attribute.name];
  return expected !== undefined && [String(attribute.i), textOf(attribute), ones(attribute)].includes(expected);
};
const ones = ({ ints }: AttributeProto): string => (ints.every((value) => value === 1n) ? '1' : 'other');

const renamedModes: Rewrite = (node) => [
  {
    ...node,
    attribute: node.attribute.map((attribute) => {
      const mode = attribute.name === 'mode' ? olderModes[textOf(attribute)] : undefined;
      return mode ? textAttribute('mode', mode) : attribute;
    }),
  },
];
const olderModes: Readonly<Record<string, string>> = { linear: 'bilinear', cubic: 'bicubic' };

const reductions = [
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSumSquare',
];

/** What changed after 17: the operator set that brought the change, and how to say the new in the old way. */
export const newer: Readonly<Record<string, readonly [number, Rewrite]>> = {
  ...Object.fromEntries(reductions.map((type) => [type, [18, axesToAttribute] as const])),
  AveragePool: [19, withoutDefaults],
  Cast: [19, (node) => [{ ...node, attribute: without(node, 'saturate') }]],
  CastLike: [19, (node) => [{ ...node, attribute: without(node, 'saturate') }]],
  DequantizeLinear: [19, withoutDefaults],
  GridSample: [20, renamedModes],
  QuantizeLinear: [19, withoutDefaults],
  Resize: [18, withoutDefaults],
  Split: [18, (node) => [{ ...node, attribute: without(node, 'num_outputs') }]],
};

/** Attributes that came after 17, with what they stand at where nothing is new. */
const newAttributes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AveragePool: { dilations: '1' },
  DequantizeLinear: { block_size: '0' },
  QuantizeLinear: { block_size: '0', output_dtype: '0', saturate: '1' },
  Resize: { antialias: '0', axes: 'none', keep_aspect_ratio_policy: 'stretch' },
};

/** How many inputs operators had that take more today. */
const fewerInputs: Readonly<Record<string, number>> = {
  ...Object.fromEntries(reductions.map((type) => [type, 1])),
  DFT: 2,
  Pad: 3,
};

/** Operators that came after 17. */
const introduced: Readonly<Record<string, number>> = {
  AffineGrid: 20,
  BitwiseAnd: 18,
  BitwiseNot: 18,
  BitwiseOr: 18,
  BitwiseXor: 18,
  CenterCropPad: 18,
  Col2Im: 18,
  DeformConv: 19,
  Gelu: 20,
  GroupNormalization: 18,
  ImageDecoder: 20,
  Mish: 18,
  RegexFullMatch: 20,
  StringConcat: 20,
  StringSplit: 20,
};

/** What operator set 17 cannot say of a node that was brought to it, or undefined where it can. */
export function newerThan17(node: NodeProto): string | undefined {
  const { opType, domain, input, attribute } = node;
  if (domain !== '') return undefined;
  const version = introduced[opType];
  if (version) return `the operator, which came with ${version}`;
  if (input.length > (fewerInputs[opType] ?? Infinity)) return `its input ${input.length}`;
  const added = attribute.find(({ name }) => newAttributes[opType]?.[name] !== undefined);
  if (added) return `its attribute "${added.name}"`;
  const reduction = textOf(attributeOf(node, 'reduction'));
  return ['min', 'max'].includes(reduction) ? `its reduction "${reduction}"` : undefined;
}
