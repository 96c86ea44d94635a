import { expect, it } from 'vitest';
import { readSafeTensors, writeSafeTensors } from './index.js';

/** A file as its format says: the header's length, the header, the bytes. */
function fileOf(header: string | Readonly<Record<string, unknown>>, body = new Uint8Array(0)): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + body.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(body, 8 + json.length);
  return file;
}

/** Vectors of float32 by the bytes where they begin and end. */
const vectors = (...places: readonly (readonly [number, number])[]): Record<string, unknown> =>
  Object.fromEntries(
    places.map(([start, stop], index) => [
      `w${index}`,
      { dtype: 'F32', shape: [(stop - start) / 4], data_offsets: [start, stop] },
    ]),
  );

it('gives back what was written', () => {
  const tensors = {
    bits: { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) },
    'block/weight': { dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.5, -2) },
    count: { dtype: 'int64', shape: [], data: BigInt64Array.of(-7n) },
    none: { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) },
  } as const;
  const read = readSafeTensors(writeSafeTensors(tensors, { made: 'here' }));
  expect(read).toEqual({ tensors, metadata: { made: 'here' }, unread: [] });
});

it('gives back names that objects have anyway', () => {
  const vector = { dtype: 'float32', shape: [1], data: Float32Array.of(3) } as const;
  const tensors = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((name) => [name, vector]));
  const { tensors: read } = readSafeTensors(writeSafeTensors(tensors));
  expect(Object.entries(read)).toEqual(Object.entries(tensors));
});

it('reads bfloat16 as float32, and names what it cannot read', () => {
  // 1, −2.5 and ∞ are 0x3f80, 0xc020 and 0x7f80.
  const body = Uint8Array.of(0x80, 0x3f, 0x20, 0xc0, 0x80, 0x7f, 9, 0, 0, 0);
  const header = {
    w: { dtype: 'BF16', shape: [3], data_offsets: [0, 6] },
    ids: { dtype: 'U32', shape: [1], data_offsets: [6, 10] },
  };
  const { tensors, unread } = readSafeTensors(fileOf(header, body));
  expect(tensors).toEqual({ w: { dtype: 'float32', shape: [3], data: Float32Array.of(1, -2.5, Infinity) } });
  expect(unread).toEqual(['ids']);
});

const eight = new Uint8Array(8);
const entry = (changes: object): Record<string, unknown> => ({
  w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...changes },
});

it.each<[string, Uint8Array, RegExp]>([
  ['another format', new TextEncoder().encode('PK, a zip archive'), /not a whole safetensors file/],
  ['a file of nearly nothing', Uint8Array.of(1, 2), /less than 8 bytes/],
  ['a header that is no JSON', fileOf('{"w":'), /not a whole safetensors file/],
  ['a header that is no object', fileOf('[1, 2]'), /its header is not an object/],
  ['a header that nests', fileOf(`{"w":${'['.repeat(1e6)}`), /not a whole safetensors file/],
  ['free text that is none', fileOf({ __metadata__: { a: 1 } }), /"__metadata__" of the header is not a map of texts/],
  ['an entry that is none', fileOf({ w: null }), /describes the tensor "w" wrongly/],
  ['an entry without a shape', fileOf(entry({ shape: undefined }), eight), /describes the tensor "w" wrongly/],
  ['a shape of negative sizes', fileOf(entry({ shape: [-1, -2] }), eight), /describes the tensor "w" wrongly/],
  ['a shape of broken sizes', fileOf(entry({ shape: [1.5] }), eight), /describes the tensor "w" wrongly/],
  ['an element type that is none', fileOf(entry({ dtype: 7 }), eight), /describes the tensor "w" wrongly/],
  ['places that are none', fileOf(entry({ data_offsets: [0, 8, 16] }), eight), /describes the tensor "w" wrongly/],
  ['a place before the file', fileOf(entry({ data_offsets: [-8, 0] }), eight), /describes the tensor "w" wrongly/],
  ['a place that ends before it begins', fileOf(entry({ data_offsets: [8, 0] }), eight), /lies at bytes 8 to 0/],
  ['a file that is cut', fileOf(vectors([0, 8]), new Uint8Array(4)), /the file ends inside the tensor "w0"/],
  ['tensors that overlap', fileOf(vectors([0, 8], [4, 12]), new Uint8Array(12)), /"w1" lies at bytes 4 to 12/],
  ['tensors in one place', fileOf(vectors([0, 8], [0, 8]), eight), /"w1" lies at bytes 0 to 8/],
  ['a gap', fileOf(vectors([0, 4], [8, 12]), new Uint8Array(12)), /"w1" lies at bytes 8 to 12; .* begin at 4/],
  ['bytes that are left', fileOf(vectors([0, 4]), eight), /4 bytes at the end of the file belong to no tensor/],
  ['a shape that does not fit', fileOf(entry({ shape: [3] }), eight), /"w" has 8 bytes, and .* \[3\] of F32 says 12/],
  ['a shape beyond all numbers', fileOf(entry({ shape: [2 ** 52, 2 ** 52] }), eight), /"w" has 8 bytes, and its shape/],
])('says what is wrong with %s', (_, bytes, message) => {
  expect(() => readSafeTensors(bytes)).toThrow(expect.objectContaining({ code: 'SENSORIUM_BAD_MODEL' }));
  expect(() => readSafeTensors(bytes)).toThrow(message);
});

it('refuses thousands of tensors that overlap before it reads one', () => {
  const length = 400_000;
  const places = Array.from({ length: 10_000 }, () => [0, length] as const);
  const file = fileOf(vectors(...places), new Uint8Array(length));
  const before = process.memoryUsage().arrayBuffers;
  expect(() => readSafeTensors(file)).toThrow('lies at bytes 0 to 400000');
  // Read one by one, they are 4 GB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * length);
});

it('does not repeat a name without end', () => {
  expect(() => readSafeTensors(fileOf({ ['w'.repeat(1e6)]: {} }))).toThrow(
    /^the name of a tensor has 1000000 characters/,
  );
});
