import { create, isMessage } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  GraphProtoSchema,
  type AttributeProto,
  type GraphProto,
} from './onnx_pb.js';
import type { Attribute } from '../value.js';

const utf8 = new TextEncoder();

/** Attributes that ONNX stores as floats although a value may be whole. */
const floats = new Set(['epsilon', 'alpha', 'beta', 'gamma', 'momentum', 'value_float', 'cubic_coeff_a']);

export function attributeToProto(name: string, value: Attribute | GraphProto): AttributeProto {
  return create(AttributeProtoSchema, { name, ...content(name, value) });
}

function content(name: string, value: Attribute | GraphProto) {
  if (typeof value === 'string') return { type: Type.STRING, s: utf8.encode(value) };
  if (typeof value === 'boolean') return { type: Type.INT, i: BigInt(value) };
  if (typeof value === 'number') {
    return floats.has(name) ? { type: Type.FLOAT, f: value } : { type: Type.INT, i: BigInt(value) };
  }
  if (isMessage(value, GraphProtoSchema)) return { type: Type.GRAPH, g: value };
  if (isMessage(value, AttributeProtoSchema)) return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) {
    return { type: Type.INTS, ints: value.map(BigInt) };
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return { type: Type.STRINGS, strings: value.map((text) => utf8.encode(text)) };
  }
  throw new Error(`attribute ${name} cannot be written to ONNX`);
}
