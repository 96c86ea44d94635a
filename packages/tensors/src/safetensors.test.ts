import { expect, it } from 'vitest';
import { readSafeTensors, writeSafeTensors } from './index.js';

/** A file as its format says: the header's length, the header, the bytes. */
function fileOf(header: Readonly<Record<string, unknown>>, body: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(json.length)]).buffer);
  return Uint8Array.from([...length, ...json, ...body]);
}

it('gives back what was written', () => {
  const tensors = {
    bits: { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) },
    'block/weight': { dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.5, -2) },
    count: { dtype: 'int64', shape: [], data: BigInt64Array.of(-7n) },
  } as const;
  const read = readSafeTensors(writeSafeTensors(tensors, { made: 'here' }));
  expect(read).toEqual({ tensors, metadata: { made: 'here' }, unread: [] });
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

it.each([
  ['another format', new TextEncoder().encode('PK, a zip archive'), /not a whole safetensors file/],
  ['a file that is cut', fileOf({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, new Uint8Array(4)), /"w"/],
  [
    'a shape that does not fit',
    fileOf({ w: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }, new Uint8Array(8)),
    /"w" has 2 elements, and its shape says 3/,
  ],
])('says what is wrong with %s', (_, bytes, message) => {
  expect(() => readSafeTensors(bytes)).toThrow(expect.objectContaining({ code: 'SENSORIUM_BAD_MODEL' }));
  expect(() => readSafeTensors(bytes)).toThrow(message);
});
