import { concatenate } from './concatenate.js';

/**
 * A PNG without its chunks gAMA and cHRM. Browsers apply them; sharp, Pillow and what models were trained with do not, and
 * writers put them in carelessly. Bytes that are no chunks any more are left to the decoder.
 */
export function withoutGamma(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = [bytes.subarray(0, 8)];
  let offset = 8;
  while (offset + 12 <= bytes.length) {
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    const end = offset + 12 + view.getUint32(offset);
    if (type === 'IDAT') break;
    if (type !== 'gAMA' && type !== 'cHRM') parts.push(bytes.subarray(offset, end));
    offset = end;
  }
  return concatenate([...parts, bytes.subarray(offset)]);
}
