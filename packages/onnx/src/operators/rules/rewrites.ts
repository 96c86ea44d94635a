import { inputName } from '../../import/at.js';
import {
  attributeOf,
  AttributeProto_AttributeType as Type,
  integersAttribute,
  makeNode,
  textOf,
  type AttributeProto,
} from '@sensorium/graph/protobuf';
import type { Rewrite } from '../record.js';

/** Without attributes that came later and stand at what everything was before; what that is, by their names. */
export const withoutDefaults =
  (defaults: Readonly<Record<string, readonly string[]>>): Rewrite =>
  (node) => [
    { ...node, attribute: node.attribute.filter((attribute) => !saysDefault(attribute, defaults[attribute.name])) },
  ];

const saysDefault = (attribute: AttributeProto, expected: readonly string[] = []): boolean =>
  [String(attribute.i), textOf(attribute), ones(attribute)].some((said) => expected.includes(said));

const ones = ({ ints }: AttributeProto): string =>
  ints.length > 0 && ints.every((value) => value === 1n) ? '1' : 'other';

/** Attributes that became inputs after the first; each may be left out. */
export const toInputs =
  (...names: readonly string[]): Rewrite =>
  (node, { fresh }) => {
    if (node.input.length > 1) return [node];
    const last = names.findLastIndex((name) => attributeOf(node, name));
    const given = names.slice(0, last + 1).map((name) => {
      const attribute = attributeOf(node, name);
      if (!attribute) return { name: '', stored: [] };
      const output = fresh(`${node.output[0]}/${name}`);
      return { name: output, stored: [makeNode('Constant', [], [output], [asConstant(attribute)])] };
    });
    const attribute = node.attribute.filter(({ name }) => !names.includes(name));
    const input = [inputName(node, 0), ...given.map(({ name }) => name)];
    return [...given.flatMap(({ stored }) => stored), { ...node, input, attribute }];
  };

/** A whole number as a list of one: so inputs take what was an attribute. */
function asConstant(attribute: AttributeProto): AttributeProto {
  switch (attribute.type) {
    case Type.FLOAT:
      return { ...attribute, name: 'value_float' };
    case Type.FLOATS:
      return { ...attribute, name: 'value_floats' };
    case Type.INT:
      return integersAttribute('value_ints', [Number(attribute.i)]);
    default:
      return { ...attribute, name: 'value_ints' };
  }
}
