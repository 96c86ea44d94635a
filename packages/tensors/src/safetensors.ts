import { required, SensoriumError, typedArrays, type DataType, type Tensor } from '@sensorium/contracts';

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
  /** Names of tensors whose element type tensors of ours cannot have. */
  readonly unread: readonly string[];
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

/** The inverse; bfloat16 becomes float32. Throws SENSORIUM_BAD_MODEL if the bytes are not a whole safetensors file. */
export function readSafeTensors(file: Uint8Array): SafeTensors {
  try {
    return parse(file);
  } catch (cause) {
    const reason = cause instanceof DamagedTensor ? cause.message : 'this is not a whole safetensors file';
    throw new SensoriumError({
      code: 'SENSORIUM_BAD_MODEL',
      message: reason,
      hint: 'The file is damaged or of another format. Get it again.',
      cause,
    });
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
  const described = Object.entries(entries as Record<string, Entry>);
  const known = described.filter(([, { dtype }]) => dtype === BFLOAT16 || types.has(dtype));
  return {
    tensors: Object.fromEntries(known.map(([name, entry]) => [name, tensorOf(name, entry, body)])),
    metadata: metadata as Record<string, string>,
    unread: described.flatMap((entry) => (known.includes(entry) ? [] : [entry[0]])),
  };
}

const BFLOAT16 = 'BF16';

class DamagedTensor extends Error {}

function tensorOf(name: string, { dtype: type, shape, data_offsets: [start, stop] }: Entry, body: Uint8Array): Tensor {
  if (stop > body.length) throw new DamagedTensor(`the file ends inside the tensor "${name}"`);
  // A copy: the file's bytes may start anywhere, typed arrays only at multiples of their element's size.
  const { buffer } = new Uint8Array(body.subarray(start, stop));
  const dtype = type === BFLOAT16 ? 'float32' : required(types.get(type), `the element type ${type}`);
  const data = type === BFLOAT16 ? fromBfloat16(new Uint16Array(buffer)) : new typedArrays[dtype](buffer);
  const size = shape.reduce((a, b) => a * b, 1);
  if (data.length === size) return { dtype, shape, data };
  throw new DamagedTensor(`the tensor "${name}" has ${data.length} elements, and its shape says ${size}`);
}

/** The upper half of the bits of a float32. */
const fromBfloat16 = (halves: Uint16Array): Float32Array =>
  new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
