import { badMedia } from './media-error.js';
import { bigEndian } from './png-samples.js';
import type { Samples, SamplesOptions } from './samples.js';
import { inTurns } from './steps.js';

const HEADER = /^P5(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)\s/;

/** Binary PGM (https://netpbm.sourceforge.net/doc/pgm.html): a byte each up to a maximum of 255, otherwise two, the larger one first. */
export async function readPgm(bytes: Uint8Array, name: string, { check, signal }: SamplesOptions): Promise<Samples> {
  const head = String.fromCharCode(...bytes.subarray(0, 1024));
  const header = HEADER.exec(head);
  if (!header) throw badMedia(name, 'begins as PGM, but its header is damaged or cut');
  const [width, height, most] = header.slice(1).map(Number) as [number, number, number];
  if (width < 1 || height < 1 || most < 1 || most > 65535) {
    throw badMedia(name, `is a PGM of ${width}×${height} with the largest value ${most}; expected 1 to 65535`);
  }
  check(width, height);
  const [start] = header;
  const length = width * height * (most > 255 ? 2 : 1);
  const data = bytes.subarray(start.length, start.length + length);
  if (data.length < length) throw badMedia(name, `is cut: it has ${data.length} of ${length} bytes of pixels`);
  return { width, height, data: most > 255 ? await inTurns(bigEndian(data, width), signal) : new Uint8Array(data) };
}
