import { pictureFormat } from './picture-format.js';
import type { VideoFormat } from './video-platform.js';

/** The first box of MP4 and MOV: the type of the file, or, in old MOV, what stands first. */
const firstBox = /^[^]{4}(ftyp|moov|mdat|wide|free|skip)/;

/** By the first bytes; undefined for what is no film. */
export function videoFormat(bytes: Uint8Array): VideoFormat | undefined {
  const picture = pictureFormat(bytes);
  if (picture === 'GIF' || picture === 'WebP') return picture;
  if (picture !== undefined) return undefined;
  const head = String.fromCharCode(...bytes.subarray(0, 16));
  if (firstBox.test(head)) return 'MP4';
  return head.startsWith('\x1aE\xdf\xa3') ? 'Matroska' : undefined;
}
