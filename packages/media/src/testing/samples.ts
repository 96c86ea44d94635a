import { deflateSync } from 'node:zlib';
import { toHalf } from '@sensorium/tensors';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

/** An `.npy` file of version 1 around numbers that are given as bytes. */
export function npyFile(descr: string, shape: readonly number[], bytes: Uint8Array, fortran = false): Uint8Array {
  const order = fortran ? 'True' : 'False';
  const size = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${size}, }`;
  const header = ascii(`${text.padEnd(117)}\n`);
  return Buffer.concat([ascii('\x93NUMPY\x01\0'), Buffer.from([header.length, 0]), header, bytes]);
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** A binary PGM of 16 bits. */
export function pgmFile(width: number, height: number, values: readonly number[], most = 65535): Uint8Array {
  const pixels = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => pixels.writeUInt16BE(value, 2 * index));
  return Buffer.concat([ascii(`P5 ${width} ${height} ${most}\n`), pixels]);
}

export interface ExrOptions {
  readonly compression: number;
  readonly type?: 'uint' | 'half' | 'float';
  /** Bits of the version. */
  readonly flags?: number;
}

const int32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => bytes.writeInt32LE(value, 4 * index));
  return bytes;
};
const types = ['uint', 'half', 'float'];

/** An OpenEXR file: channels by name, in the order of the alphabet, each [height,width]. */
export function exrFile(
  width: number,
  height: number,
  channels: Readonly<Record<string, readonly number[]>>,
  { compression, type = 'float', flags = 0 }: ExrOptions,
): Uint8Array {
  const names = Object.keys(channels).sort();
  const attribute = (name: string, kind: string, value: Buffer): Buffer =>
    Buffer.concat([ascii(`${name}\0${kind}\0`), int32(value.length), value]);
  const list = names.map((name) => Buffer.concat([ascii(`${name}\0`), int32(types.indexOf(type), 0, 1, 1)]));
  const head = Buffer.concat([
    int32(20000630, 2 | flags),
    attribute('channels', 'chlist', Buffer.concat([...list, ascii('\0')])),
    attribute('compression', 'compression', Buffer.from([compression])),
    attribute('dataWindow', 'box2i', int32(5, 7, 4 + width, 6 + height)),
    ascii('\0'),
  ]);
  const lines = compression === 3 ? 16 : 1;
  const chunks = Array.from({ length: Math.ceil(height / lines) }, (_, chunk) => {
    const rows = Array.from({ length: Math.min(lines, height - chunk * lines) }, (_, row) => chunk * lines + row);
    const plain = Buffer.concat(
      rows.flatMap((row) =>
        names.flatMap((name) =>
          channels[name]!.slice(row * width, (row + 1) * width).map((value) => sample(value, type)),
        ),
      ),
    );
    const packed = compression === 0 ? plain : deflateSync(prepared(plain));
    const data = packed.length < plain.length ? packed : plain;
    return Buffer.concat([int32(7 + chunk * lines, data.length), data]);
  });
  const table = Buffer.alloc(8 * chunks.length);
  chunks.reduce((at, chunk, index) => {
    table.writeBigUInt64LE(BigInt(at), 8 * index);
    return at + chunk.length;
  }, head.length + table.length);
  return Buffer.concat([head, table, ...chunks]);
}

function sample(value: number, type: string): Buffer {
  const bytes = Buffer.alloc(type === 'half' ? 2 : 4);
  if (type === 'half') bytes.writeUInt16LE(toHalf(value));
  else if (type === 'uint') bytes.writeUInt32LE(value);
  else bytes.writeFloatLE(value);
  return bytes;
}

/** All even bytes, then all odd ones, each as its difference from the one before, plus 128. */
function prepared(plain: Buffer): Buffer {
  const parts = [0, 1].map((odd) => plain.filter((_, index) => index % 2 === odd));
  const apart = Buffer.concat(parts);
  return Buffer.from(apart.map((byte, index) => (index === 0 ? byte : byte - apart[index - 1]! + 128)));
}
