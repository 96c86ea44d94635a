import { SensoriumError, typedArrays, type DataType, type Tensor } from '@sensorium/contracts';
import { DamagedTensors, readHeader, type Entry } from './safetensors-header.js';

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
const BFLOAT16 = 'BF16';

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
  // Wide elements first, so that every tensor starts at a multiple of its element's size.
  const order = Object.entries(tensors).sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const described = order.map(([name, { dtype, shape, data }]) => {
    const entry: Entry = { dtype: names[dtype], shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
    return [name, entry] as const;
  });
  const free = Object.keys(metadata).length > 0 ? [['__metadata__', metadata] as const] : [];
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...free, ...described])));
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

/**
 * The inverse; bfloat16 becomes float32. Throws SENSORIUM_BAD_MODEL if the bytes are not a whole safetensors file, in which
 * every byte behind the header belongs to one tensor. What is read takes no more memory than the file, bfloat16 twice as much.
 */
export function readSafeTensors(file: Uint8Array): SafeTensors {
  try {
    return parse(file);
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_BAD_MODEL',
      message: cause instanceof DamagedTensors ? cause.message : 'this is not a whole safetensors file',
      hint: 'The file is damaged or of another format. Get it again.',
      cause,
    });
  }
}

function parse(file: Uint8Array): SafeTensors {
  const { entries, metadata, body } = readHeader(file);
  const tensors: [string, Tensor][] = [];
  const unread: string[] = [];
  for (const [name, entry] of entries) {
    const tensor = tensorOf(name, entry, body);
    if (tensor) tensors.push([name, tensor]);
    else unread.push(name);
  }
  return { tensors: Object.fromEntries(tensors), metadata, unread };
}

/** Undefined for an element type that tensors of ours cannot have. */
function tensorOf(name: string, entry: Entry, body: Uint8Array): Tensor | undefined {
  const { dtype: type, shape } = entry;
  if (type === BFLOAT16) {
    const halves = new Uint16Array(elements(name, entry, body, Uint16Array.BYTES_PER_ELEMENT));
    return { dtype: 'float32', shape, data: fromBfloat16(halves) };
  }
  const dtype = types.get(type);
  if (dtype === undefined) return undefined;
  const typed = typedArrays[dtype];
  return { dtype, shape, data: new typed(elements(name, entry, body, typed.BYTES_PER_ELEMENT)) };
}

/** A copy: the file's bytes may start anywhere, typed arrays only at multiples of their element's size. */
function elements(
  name: string,
  { dtype, shape, data_offsets: [start, stop] }: Entry,
  body: Uint8Array,
  width: number,
): ArrayBuffer {
  const count = shape.reduce((a, b) => a * b, 1);
  if (count * width === stop - start) return new Uint8Array(body.subarray(start, stop)).buffer;
  const found = `${stop - start} bytes, and its shape [${shape.join(',')}] of ${dtype} says ${count * width}`;
  throw new DamagedTensors(`the tensor "${name}" has ${found}`);
}

/** The upper half of the bits of a float32. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = Number(halves[index]) << 16;
  return new Float32Array(bits.buffer);
}
