import {
  type AttributeProto,
  type NodeProto,
  reductions,
  integerAttribute,
  integersAttribute,
  makeNode,
  textAttribute,
  textOf,
  without,
  attributeOf,
} from '@sensorium/graph/protobuf';
import type { Rewrite } from './opset.js';

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

/** What every mode was called before; the default, which was another, is named. */
const namedMode: Rewrite = (node) =>
  attributeOf(node, 'mode') ? [node] : [{ ...node, attribute: [...node.attribute, textAttribute('mode', 'linear')] }];

/** The axis was an attribute whose default was another. */
const axisToAttribute: Rewrite = (node, context) => {
  const [x = '', length = '', given = ''] = node.input;
  const axis = given === '' ? -2 : context.integers(given)?.[0];
  if (axis === undefined) return [node];
  return [
    { ...node, input: length ? [x, length] : [x], attribute: [...node.attribute, integerAttribute('axis', axis)] },
  ];
};

/** Scale and bias were one for every group: those of instances, as which the groups of a sample are seen. */
const groupsAsInstances: Rewrite = (node, { opset, fresh }) => {
  if (opset >= 21) return [node];
  const [x = '', scale = '', bias = ''] = node.input;
  const named = (what: string): string => fresh(`${node.output[0]}/${what}`);
  const [shape, grouped, groups, normal] = [named('shape'), named('grouped'), named('groups'), named('normal')];
  const count = Number(attributeOf(node, 'num_groups')?.i ?? 1);
  return [
    makeNode('Shape', [x], [shape]),
    makeNode('Constant', [], [grouped], [integersAttribute('value_ints', [0, count, -1])]),
    makeNode('Reshape', [x, grouped], [groups]),
    {
      ...node,
      opType: 'InstanceNormalization',
      input: [groups, scale, bias],
      output: [normal],
      attribute: without(node, 'num_groups'),
    },
    makeNode('Reshape', [normal, shape], node.output),
  ];
};

/** What changed after 17: the operator set that brought the change, and how to say the new in the old way. */
export const newer: Readonly<Record<string, readonly [number, Rewrite]>> = {
  ...Object.fromEntries(reductions.map((type) => [type, [18, axesToAttribute] as const])),
  AveragePool: [19, withoutDefaults],
  Cast: [19, (node) => [{ ...node, attribute: without(node, 'saturate') }]],
  CastLike: [19, (node) => [{ ...node, attribute: without(node, 'saturate') }]],
  DequantizeLinear: [19, withoutDefaults],
  DFT: [20, axisToAttribute],
  GridSample: [20, namedMode],
  GroupNormalization: [18, groupsAsInstances],
  LpPool: [18, withoutDefaults],
  QuantizeLinear: [19, withoutDefaults],
  Resize: [18, withoutDefaults],
};

/** Attributes that came after 17, with what they stand at where nothing is new. */
const newAttributes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AveragePool: { dilations: '1' },
  DequantizeLinear: { block_size: '0' },
  LpPool: { ceil_mode: '0', dilations: '1' },
  QuantizeLinear: { block_size: '0', output_dtype: '0', saturate: '1' },
  Resize: { antialias: '0', axes: 'none', keep_aspect_ratio_policy: 'stretch' },
};
