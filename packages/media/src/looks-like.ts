import { isFileType, pictureFormat } from './picture-format.js';

/** What a file is, its first bytes (one character a byte), and where they stand. */
type Signature = readonly [name: string, start: string, offset?: number];

const others: readonly Signature[] = [
  ['a Matroska or WebM video', '\x1aE\xdf\xa3'],
  ['a WAV sound', 'WAVE', 8],
  ['an MP3 sound', 'ID3'],
  ['an Ogg sound', 'OggS'],
  ['a FLAC sound', 'fLaC'],
  ['a PDF document', '%PDF'],
  ['a ZIP archive', 'PK\x03\x04'],
  ['a gzip archive', '\x1f\x8b'],
];

const headLength = 512;

const [ZEROS, TEXT, BINARY] = ['zeros', 'plain text', 'unknown binary data'];
/** What nearly any bytes can be. */
const unknownKinds = [ZEROS, TEXT, BINARY];

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, headLength));

/** What `bytes` seem to be, in words that follow "it looks like". */
export function looksLike(bytes: Uint8Array): string {
  const head = latin1(bytes);
  const format = pictureFormat(bytes);
  if (format) return `a picture (${format})`;
  if (isFileType.test(head)) return 'an MP4 video';
  const known = others.find(([, start, offset = 0]) => head.startsWith(start, offset));
  if (known) return known[0];
  if (/^\0*$/.test(head)) return ZEROS;
  if (/^\s*(<!doctype html|<html)/i.test(head)) return 'an HTML page';
  if (/^\s*<(\?xml|svg)/i.test(head)) return 'XML, such as an SVG drawing';
  return isText(bytes.subarray(0, headLength)) ? TEXT : BINARY;
}

/** The same of a long text that is base64 of a known kind of file; undefined for all else. */
export function looksLikeBase64(text: string): string | undefined {
  const digits = text
    .slice(0, 4 * headLength)
    .replace(/=*$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  if (digits.length < 32 || /[^A-Za-z0-9+/]/.test(digits)) return undefined;
  const head = atob(digits.slice(0, digits.length - (digits.length % 4)));
  const looks = looksLike(Uint8Array.from(head, (character) => character.charCodeAt(0)));
  return unknownKinds.includes(looks) ? undefined : looks;
}

function isText(head: Uint8Array): boolean {
  try {
    // As a stream, because a character may be cut at the end of the head.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    // No control characters but spaces, tabs and line breaks.
    return !/(?!\s)\p{Cc}/u.test(text);
  } catch {
    return false;
  }
}
