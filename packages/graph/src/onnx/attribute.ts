import { create, isMessage } from '@bufbuild/protobuf';
import { dtypeError } from '../error.js';
import type { Attribute, AttributeType } from '../value.js';
import {
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  GraphProtoSchema,
  type AttributeProto,
  type GraphProto,
} from './onnx_pb.js';

const utf8 = new TextEncoder();

/**
 * An attribute of a node of the operator `operator`, stored as `type`; what comes from a file stays as it was. Throws
 * SENSORIUM_DTYPE where the value is of another type, or the type was not declared.
 */
export function attributeToProto(
  operator: string,
  name: string,
  value: Attribute | GraphProto,
  type: AttributeType | undefined,
): AttributeProto {
  if (isMessage(value, AttributeProtoSchema)) return value;
  const content = type && contents[type](typeof value === 'boolean' ? Number(value) : value);
  if (content) return create(AttributeProtoSchema, { name, ...content });
  throw dtypeError(
    `the attribute "${name}" of ${operator} is ${JSON.stringify(value)}, and ${type ? `declared as ${type}` : 'its type is not declared'}`,
    'Say how ONNX stores it: defineOperator(type, { attributes: { name: "float" } }).',
  );
}

type Content = Parameters<typeof create<typeof AttributeProtoSchema>>[1];

/** What a file holds of a value; undefined for values of another type. */
const contents: Readonly<Record<AttributeType, (value: unknown) => Content>> = {
  float: (f) => (isNumber(f) ? { type: Type.FLOAT, f } : undefined),
  int: (i) => (isWhole(i) ? { type: Type.INT, i: BigInt(i) } : undefined),
  string: (s) => (isText(s) ? { type: Type.STRING, s: utf8.encode(s) } : undefined),
  floats: (floats) => (isListOf(floats, isNumber) ? { type: Type.FLOATS, floats } : undefined),
  ints: (ints) => (isListOf(ints, isWhole) ? { type: Type.INTS, ints: ints.map(BigInt) } : undefined),
  strings: (strings) =>
    isListOf(strings, isText) ? { type: Type.STRINGS, strings: strings.map((text) => utf8.encode(text)) } : undefined,
  graph: (g) => (isMessage(g, GraphProtoSchema) ? { type: Type.GRAPH, g } : undefined),
};

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isWhole = (value: unknown): value is number => Number.isInteger(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isListOf = <T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] =>
  Array.isArray(value) && value.every(isItem);
