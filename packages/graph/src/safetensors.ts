import { SensoriumError, typedArrays, type DataType, type Tensor } from '@sensorium/contracts';

/** Element types as the safetensors format names them. */
const names: Readonly<Record<DataType, string>> = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  int64: 'I64',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
};
const types = new Map(Object.entries(names).map(([dtype, name]) => [name, dtype as DataType]));

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

export interface SafeTensors {
  readonly tensors: Record<string, Tensor>;
  readonly metadata: Record<string, string>;
}

/** Tensors and free text as the bytes of a safetensors file (https://huggingface.co/docs/safetensors). */
export function writeSafeTensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = Object.keys(metadata).length ? { __metadata__: metadata } : {};
  // Wide elements first, so that every tensor starts at a multiple of its element's size.
  const order = Object.entries(tensors).sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  for (const [name, { dtype, shape, data }] of order) {
    header[name] = { dtype: names[dtype], shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(start + offset).fill(0x20, 8, start);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(json, 8);
  let at = start;
  for (const [, { data }] of order) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/** The inverse. Throws SENSORIUM_BAD_MODEL if the bytes are not a whole safetensors file. */
export function readSafeTensors(file: Uint8Array): SafeTensors {
  try {
    return parse(file);
  } catch (cause) {
    throw new SensoriumError({ code: 'SENSORIUM_BAD_MODEL', message: 'this is not a whole safetensors file', cause });
  }
}

function parse(file: Uint8Array): SafeTensors {
  const length = Number(new DataView(file.buffer, file.byteOffset, file.byteLength).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + length))) as Record<
    string,
    unknown
  >;
  const { __metadata__: metadata = {}, ...entries } = header;
  const body = file.subarray(8 + length);
  const tensors = Object.entries(entries as Record<string, Entry>).map(
    ([name, entry]) => [name, tensorOf(name, entry, body)] as const,
  );
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

function tensorOf(name: string, { dtype: type, shape, data_offsets: [start, stop] }: Entry, body: Uint8Array): Tensor {
  const dtype = types.get(type);
  if (!dtype || stop > body.length) throw new Error(`tensor "${name}" is cut or of the unknown type ${type}`);
  const size = shape.reduce((a, b) => a * b, 1);
  // A copy: the file's bytes may start anywhere, typed arrays only at multiples of their element's size.
  const data = new typedArrays[dtype](new Uint8Array(body.subarray(start, stop)).buffer);
  if (data.length !== size) throw new Error(`tensor "${name}" has ${data.length} elements, its shape says ${size}`);
  return { dtype, shape, data };
}
