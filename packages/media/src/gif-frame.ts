import type { Box } from './resample.js';

/** Where the first frame of a GIF lies on its canvas: GIF89a, sections 18 to 20 and 23. Throws a RangeError for bytes that end before. */
export function firstGifFrame(bytes: Uint8Array): Box {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 13 + colourTableBytes(view.getUint8(10));
  while (view.getUint8(offset) === extension) {
    offset += 2;
    while (view.getUint8(offset) > 0) offset += 1 + view.getUint8(offset);
    offset += 1;
  }
  const [left, top, width, height] = [1, 3, 5, 7].map((at) => view.getUint16(offset + at, true)) as [
    number,
    number,
    number,
    number,
  ];
  return { left, top, width, height };
}

const extension = 0x21;

const colourTableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
