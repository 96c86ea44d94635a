import { fromHalf } from '@sensorium/tensors';
import { badMedia } from './media-error.js';

export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array of NumPy, row by row (C order). */
export interface NpyArray {
  readonly shape: readonly number[];
  /** f2 is float32, and b1 uint8. */
  readonly data: NpyData;
}

/** Of a little-endian file without the letter of the order: what `data` is made by. */
const readers: Readonly<Record<string, (bytes: ArrayBuffer) => NpyData>> = {
  b1: (bytes) => new Uint8Array(bytes),
  u1: (bytes) => new Uint8Array(bytes),
  i1: (bytes) => new Int8Array(bytes),
  u2: (bytes) => new Uint16Array(bytes),
  i2: (bytes) => new Int16Array(bytes),
  u4: (bytes) => new Uint32Array(bytes),
  i4: (bytes) => new Int32Array(bytes),
  u8: (bytes) => new BigUint64Array(bytes),
  i8: (bytes) => new BigInt64Array(bytes),
  f2: (bytes) => Float32Array.from(new Uint16Array(bytes), fromHalf),
  f4: (bytes) => new Float32Array(bytes),
  f8: (bytes) => new Float64Array(bytes),
};

/**
 * Reads an `.npy` file (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), versions 1 to 3, of numbers or
 * booleans, in either byte order. Throws SENSORIUM_BAD_MEDIA for anything else.
 *
 * @param name what errors call it
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const { order, type, isFortran, shape, start } = readHeader(bytes, name);
  const read = readers[type];
  if (!read)
    throw badMedia(
      name,
      `is a NumPy array of type ${order}${type}; expected numbers: ${Object.keys(readers).join(', ')}`,
    );
  const size = Number(type.slice(1));
  const length = shape.reduce((product, count) => product * count, size);
  if (bytes.length - start !== length) {
    throw badMedia(
      name,
      `is cut or damaged: it has ${bytes.length - start} of ${length} bytes for [${shape.join(',')}] of ${type}`,
    );
  }
  // A copy of its own, which a Buffer's `slice` would not be.
  const numbers = new Uint8Array(bytes.subarray(start));
  if (order === '>') reverseEach(numbers, size);
  const data = read(numbers.buffer);
  return { shape, data: isFortran ? rowByRow(data, shape) : data };
}

interface Header {
  readonly order: string;
  readonly type: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the numbers begin. */
  readonly start: number;
}

const MAGIC = '\x93NUMPY';

function readHeader(bytes: Uint8Array, name: string): Header {
  const isNpy = String.fromCharCode(...bytes.subarray(0, 6)) === MAGIC;
  if (!isNpy || bytes.length < 12) throw badMedia(name, 'is not an NPY file: it does not begin as one');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [first, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const text = new TextDecoder().decode(bytes.subarray(first, first + length));
  const [, order, type] = /'descr':\s*'([<>|=])([a-zA-Z]\d+)'/.exec(text) ?? [];
  const [, isFortran] = /'fortran_order':\s*(True|False)/.exec(text) ?? [];
  const [, shape] = /'shape':\s*\(([\d\s,]*)\)/.exec(text) ?? [];
  if (order === undefined || type === undefined || isFortran === undefined || shape === undefined) {
    throw badMedia(
      name,
      `is an NPY file with the header ${JSON.stringify(text.trim().slice(0, 200))}; expected one array of numbers`,
    );
  }
  return {
    order,
    type,
    isFortran: isFortran === 'True',
    shape: (shape.match(/\d+/g) ?? []).map(Number),
    start: first + length,
  };
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** From Fortran's order, in which the first index moves fastest. */
function rowByRow<T extends NpyData>(data: T, shape: readonly number[]): T {
  const result = data.slice() as T;
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, count) => product * count, 1));
  for (let at = 0; at < data.length; at++) {
    result[at] = data[index.reduce((sum, place, axis) => sum + place * (strides[axis] as number), 0)] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
  return result;
}
