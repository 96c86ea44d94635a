export type PictureFormat = 'JPEG' | 'PNG' | 'GIF' | 'WebP' | 'BMP' | 'TIFF' | 'AVIF' | 'HEIC';

/** What a file is, its first bytes (one character a byte), and where they stand. */
type Signature<Name extends string> = readonly [name: Name, start: string, offset?: number];

const pictures: readonly Signature<PictureFormat>[] = [
  ['JPEG', '\xff\xd8\xff'],
  ['PNG', '\x89PNG\r\n\x1a\n'],
  ['GIF', 'GIF8'],
  ['WebP', 'WEBP', 8],
  ['BMP', 'BM'],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
  ['AVIF', 'ftypavi', 4],
  ['AVIF', 'ftypmif1', 4],
  ['HEIC', 'ftyphei', 4],
];

const others: readonly Signature<string>[] = [
  ['an MP4 video', 'ftyp', 4],
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

function match<Name extends string>(signatures: readonly Signature<Name>[], head: string): Name | undefined {
  return signatures.find(([, start, offset = 0]) => head.startsWith(start, offset))?.[0];
}

/** The format of a picture, by its first bytes. */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  return match(pictures, latin1(bytes));
}

/** What `bytes` seem to be, in words that follow "it looks like". */
export function looksLike(bytes: Uint8Array): string {
  const head = latin1(bytes);
  const format = match(pictures, head);
  if (format) return `a picture (${format})`;
  const known = match(others, head);
  if (known) return known;
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
