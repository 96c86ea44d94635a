import { inputName } from '../../import/at.js';
import { attributeOf, makeNode, textOf, without, type AttributeProto } from '@sensorium/graph/protobuf';
import type { Rewrite } from '../record.js';

/** Without attributes that came later and stand at what everything was before; these by their names. */
export const withoutDefaults =
  (defaults: Readonly<Record<string, string>>): Rewrite =>
  (node) => [
    { ...node, attribute: node.attribute.filter((attribute) => !saysDefault(attribute, defaults[attribute.name])) },
  ];

const saysDefault = (attribute: AttributeProto, expected: string | undefined): boolean =>
  expected !== undefined && [String(attribute.i), textOf(attribute), ones(attribute)].includes(expected);

const ones = ({ ints }: AttributeProto): string => (ints.every((value) => value === 1n) ? '1' : 'other');

/** An attribute that became the second input. */
export const toInput =
  (name: string): Rewrite =>
  (node, { fresh }) => {
    const values = attributeOf(node, name);
    if (!values) return [node];
    const output = fresh(`${node.output[0]}/${name}`);
    const stored = makeNode('Constant', [], [output], [{ ...values, name: 'value_ints' }]);
    return [stored, { ...node, input: [inputName(node, 0), output], attribute: without(node, name) }];
  };
