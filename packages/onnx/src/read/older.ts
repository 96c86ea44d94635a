import { integerAttribute, makeNode, textAttribute, without, attributeOf } from '@sensorium/graph/protobuf';
import type { Rewrite } from './opset.js';

/** An attribute that became the second input. */
const toInput =
  (name: string): Rewrite =>
  (node, { fresh }) => {
    const values = attributeOf(node, name);
    if (!values) return [node];
    const output = fresh(`${node.output[0]}/${name}`);
    const stored = makeNode('Constant', [], [output], [{ ...values, name: 'value_ints' }]);
    return [stored, { ...node, input: [node.input[0] ?? '', output], attribute: without(node, name) }];
  };

/** The softmax was over all axes from `axis` (default 1) on, as one. */
const coercedSoftmax: Rewrite = (node, { fresh }) => {
  const axis = attributeOf(node, 'axis') ?? integerAttribute('axis', 1);
  if (axis.i === -1n) return [node];
  const [x = ''] = node.input;
  const named = (what: string): string => fresh(`${node.output[0]}/${what}`);
  const [shape, flat, result] = [named('shape'), named('flat'), named('result')];
  return [
    makeNode('Shape', [x], [shape]),
    makeNode('Flatten', [x], [flat], [axis]),
    { ...node, input: [flat], output: [result], attribute: [integerAttribute('axis', -1)] },
    makeNode('Reshape', [result, shape], node.output),
  ];
};

/** The default was another. */
const roiPixels: Rewrite = (node) => [
  {
    ...node,
    attribute: [...node.attribute, textAttribute('coordinate_transformation_mode', 'output_half_pixel')],
  },
];

/** What changed between 11 and 17: the operator set that brought the change, and how to say the old in the new way. */
export const older: Readonly<Record<string, readonly [number, Rewrite]>> = {
  Dropout: [12, (node) => [{ ...node, attribute: without(node, 'ratio') }]],
  Hardmax: [13, coercedSoftmax],
  LogSoftmax: [13, coercedSoftmax],
  ReduceSum: [13, toInput('axes')],
  RoiAlign: [16, roiPixels],
  Softmax: [13, coercedSoftmax],
  Split: [13, toInput('split')],
  Squeeze: [13, toInput('axes')],
  Unsqueeze: [13, toInput('axes')],
};
