import { badArchive } from './archive-error.js';

/** What a header of 512 bytes says (POSIX.1-2017, pax: ustar interchange format; GNU's numbers beyond 8 GiB). */
export interface TarHeader {
  readonly path: string;
  readonly size: number;
  /** A letter: `0` and none are files, `5` folders, `x` attributes of the next file. */
  readonly type: string;
}

const fields = {
  path: [0, 100],
  size: [124, 136],
  checksum: [148, 156],
  type: [156, 157],
  magic: [257, 262],
  prefix: [345, 500],
} as const;

export const isEmptyBlock = (block: Uint8Array): boolean => block.every((byte) => byte === 0);

/** Throws SENSORIUM_BAD_MEDIA where the sum of its bytes is not what it says. */
export function parseHeader(block: Uint8Array, name: string): TarHeader {
  const field = (key: keyof typeof fields): Uint8Array => block.subarray(...fields[key]);
  if (octal(field('checksum')) !== sumOf(block)) throw noTar(name);
  const path = textOf(field('path'));
  // The prefix of GNU's own form holds times.
  const isUstar = textOf(field('magic')) === 'ustar' && block[fields.magic[1]] === 0;
  const prefix = isUstar ? textOf(field('prefix')) : '';
  return {
    path: prefix === '' ? path : `${prefix}/${path}`,
    size: numberIn(field('size')),
    type: textOf(field('type')),
  };
}

/** `30 path=cats/1.png\n` of each attribute, of which two count. */
export function parsePax(bytes: Uint8Array): Partial<Pick<TarHeader, 'path' | 'size'>> {
  const text = textOf(bytes);
  const path = /^\d+ path=(.*)$/m.exec(text)?.[1];
  const size = /^\d+ size=(\d+)$/m.exec(text)?.[1];
  return { ...(path !== undefined && { path }), ...(size !== undefined && { size: Number(size) }) };
}

/** Until the first zero. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

const octal = (bytes: Uint8Array): number => Number.parseInt(textOf(bytes).trim() || '0', 8);

/** Octal digits; or, with the highest bit set, a number of 256ths. */
function numberIn(bytes: Uint8Array): number {
  const [first] = bytes;
  if (first === undefined || first < 0x80) return octal(bytes);
  return bytes.subarray(1).reduce((sum, byte) => 256 * sum + byte, first & 0x7f);
}

/** Of all bytes, with spaces where the sum itself stands. */
function sumOf(block: Uint8Array): number {
  const [start, end] = fields.checksum;
  return block.reduce((sum, byte, at) => sum + (at >= start && at < end ? 0x20 : byte), 0);
}

const noTar = (name: string): Error =>
  badArchive(name, 'is no tar, or is damaged: a header in it does not add up', 'Copy or download it again.');
