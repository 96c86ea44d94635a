import { required } from '@sensorium/contracts';
import type { Kind } from '../kind.js';
import { bytes as modality } from '../bytes-modality.js';

/** Read from the beginning and the end of a file: a block of `first`, and one of `last`, as magika has it. */
const BLOCK = 4096;
/** Stands where a file is too short. */
const NO_BYTE = 256;

/**
 * Bytes of a file, int32 [first + last]: those at its beginning, without the white space before them, and those at its end,
 * without what stands after them; in between, where it is shorter, `fill`.
 */
export const bytes: Kind<Uint8Array> = {
  modality,
  learn: async () => ({}),
  create({ first, last, fill = NO_BYTE }) {
    const count = first + last;
    return {
      kept: { bytes: { dtype: 'int32', shape: [count] } },
      prepare(value) {
        const data = new Int32Array(count).fill(fill);
        const beginning = withoutSpace(value.subarray(0, BLOCK)).subarray(0, first);
        const end = withoutSpaceBehind(value.subarray(Math.max(0, value.length - BLOCK)));
        const own = end.subarray(Math.max(0, end.length - last));
        data.set(beginning);
        data.set(own, count - own.length);
        return { bytes: { dtype: 'int32', shape: [1, count], data } };
      },
      flow: ({ bytes: own }) => ({ values: { bytes: required(own, 'the input "bytes"') } }),
    };
  },
};

/** Tab to carriage return, and space. */
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

function withoutSpace(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => !isSpace(byte));
  return start < 0 ? bytes.subarray(0, 0) : bytes.subarray(start);
}

const withoutSpaceBehind = (bytes: Uint8Array): Uint8Array =>
  bytes.subarray(0, bytes.findLastIndex((byte) => !isSpace(byte)) + 1);
