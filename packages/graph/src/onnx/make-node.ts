import { create } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType as Type, AttributeProtoSchema, NodeProtoSchema } from './onnx_pb.js';
import type { AttributeProto, NodeProto } from './onnx_pb.js';

export const makeNode = (
  opType: string,
  input: string[],
  output: string[],
  attribute: AttributeProto[] = [],
): NodeProto => create(NodeProtoSchema, { opType, input, output, attribute });

export const integerAttribute = (name: string, i: number): AttributeProto =>
  create(AttributeProtoSchema, { name, type: Type.INT, i: BigInt(i) });

export const integersAttribute = (name: string, ints: readonly number[]): AttributeProto =>
  create(AttributeProtoSchema, { name, type: Type.INTS, ints: ints.map(BigInt) });

export const floatAttribute = (name: string, f: number): AttributeProto =>
  create(AttributeProtoSchema, { name, type: Type.FLOAT, f });

export const textAttribute = (name: string, s: string): AttributeProto =>
  create(AttributeProtoSchema, { name, type: Type.STRING, s: new TextEncoder().encode(s) });

export const textOf = (attribute?: AttributeProto): string => new TextDecoder().decode(attribute?.s);

export const without = ({ attribute }: NodeProto, name: string): AttributeProto[] =>
  attribute.filter((one) => one.name !== name);
