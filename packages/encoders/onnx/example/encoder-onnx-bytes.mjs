const BLOCK = 4096;
const isSpace = (byte) => byte === 32 || (byte >= 9 && byte <= 13);

/**
 * A file → `bytes` int32 [first + last]: those at its beginning, without the white space before them, and those at its end,
 * without what stands after them; in between, where it is shorter, `fill`.
 */
export function prepare(file, { first, last, fill = 256 }) {
  const bytes = new Int32Array(first + last).fill(fill);
  const head = file.subarray(0, BLOCK);
  const start = head.findIndex((byte) => !isSpace(byte));
  bytes.set(start < 0 ? [] : head.subarray(start, start + first));
  const tail = file.subarray(Math.max(0, file.length - BLOCK));
  const end = tail.findLastIndex((byte) => !isSpace(byte)) + 1;
  const own = tail.subarray(Math.max(0, end - last), end);
  bytes.set(own, first + last - own.length);
  return { bytes };
}
