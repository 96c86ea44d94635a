import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { badModel } from './bad-model.js';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  type ModelProto,
  type TensorProto,
} from './onnx_pb.js';
import { storedBytes } from './stored-bytes.js';

/** Bytes of weights that are worth a reference: a smaller one would be longer than they are. */
const SMALLEST = 128;

/**
 * A model that reads weights of another one from that one's file, as ONNX's external data: those of the same name, type, shape and
 * content. ONNX Runtime opens it where both files lie in one folder.
 *
 * @param file the name of the other one's file
 */
export function shareWeights(model: Uint8Array, other: Uint8Array, file: string): Uint8Array {
  const places = storedBytes(other);
  const proto = fromBinary(ModelProtoSchema, model);
  for (const tensor of proto.graph?.initializer ?? []) {
    const place = places.get(tensor.name);
    const isSame = place && sameBytes(tensor.rawData, other.subarray(place.offset, place.offset + place.length));
    if (isSame && place.length >= SMALLEST) refer(tensor, file, place);
  }
  return toBinary(ModelProtoSchema, proto);
}

function refer(tensor: TensorProto, file: string, { offset, length }: { offset: number; length: number }): void {
  const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });
  tensor.rawData = new Uint8Array();
  tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
  tensor.externalData = [entry('location', file), entry('offset', `${offset}`), entry('length', `${length}`)];
}

/**
 * A model of `shareWeights` with its weights inside, for who has no files. Throws SENSORIUM_BAD_MODEL where they lie elsewhere.
 *
 * @param other the bytes of the file to which it refers
 */
export function inlineWeights(model: Uint8Array, other: Uint8Array): Uint8Array {
  const proto: ModelProto = fromBinary(ModelProtoSchema, model);
  for (const tensor of proto.graph?.initializer ?? []) {
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) continue;
    const entries = new Map(tensor.externalData.map(({ key, value }) => [key, Number(value)]));
    const [offset, length] = [entries.get('offset'), entries.get('length')];
    if (offset === undefined || length === undefined || offset + length > other.length) {
      throw badModel(
        `the weights of "${tensor.name}" are not in the file that it names`,
        'Copy the whole folder again.',
      );
    }
    tensor.rawData = other.subarray(offset, offset + length);
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
    tensor.externalData = [];
  }
  return toBinary(ModelProtoSchema, proto);
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
