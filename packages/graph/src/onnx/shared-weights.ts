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
 * A model of `shareWeights` with its weights inside, for who has no files. Throws SENSORIUM_BAD_MODEL where it names another
 * file, or a place that is not in it.
 *
 * @param other the bytes of the file to which it refers
 * @param file the name of that file
 */
export function inlineWeights(model: Uint8Array, other: Uint8Array, file: string): Uint8Array {
  const proto: ModelProto = fromBinary(ModelProtoSchema, model);
  for (const tensor of proto.graph?.initializer ?? []) {
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) continue;
    tensor.rawData = weightsAt(tensor, other, file);
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
    tensor.externalData = [];
  }
  return toBinary(ModelProtoSchema, proto);
}

function weightsAt({ name, externalData }: TensorProto, other: Uint8Array, file: string): Uint8Array {
  const entries = new Map(externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location');
  const [offset, length] = [Number(entries.get('offset')), Number(entries.get('length'))];
  const isInside = [offset, length].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (location === file && isInside && offset + length <= other.length) return other.subarray(offset, offset + length);
  throw badModel(
    location === file
      ? `the weights of "${name}" are not in the file "${file}"`
      : `the weights of "${name}" are in ${location === undefined ? 'no file' : `"${location}"`}, and only "${file}" is read`,
    'Copy the whole folder again, or train anew.',
  );
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
