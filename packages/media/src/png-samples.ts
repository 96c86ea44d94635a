import { SensoriumError } from '@sensorium/contracts';
import { concatenate } from './concatenate.js';
import { inflate } from './inflate.js';
import { badMedia } from './media-error.js';
import { paeth } from './paeth.js';
import type { Samples, SamplesOptions } from './samples.js';
import { inTurns, type Steps } from './steps.js';

/** https://www.w3.org/TR/png-3/ */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly bytesPerSample: 1 | 2;
}

const colourTypes: Readonly<Record<number, string>> = { 2: 'RGB', 3: 'palette', 4: 'grey with alpha', 6: 'RGBA' };
const HINT = 'Save it as grey PNG of 16 bits, not interlaced.';

/**
 * The samples of a grey PNG of 8 or 16 bits, as they are stored. Decoders of pictures would apply gamma and profiles, and those
 * of browsers make 8 bits of 16.
 */
export async function readPngSamples(bytes: Uint8Array, name: string, options: SamplesOptions): Promise<Samples> {
  const { signal, check } = options;
  try {
    const { header, packed } = readChunks(bytes, name, check);
    const { width, height, bytesPerSample } = header;
    const lines = await inflate(packed, (width * bytesPerSample + 1) * height, signal);
    const samples = await inTurns(unfilter(lines, width * bytesPerSample, bytesPerSample), signal);
    return { width, height, data: bytesPerSample === 1 ? samples : await inTurns(bigEndian(samples, width), signal) };
  } catch (cause) {
    signal?.throwIfAborted();
    if (SensoriumError.is(cause)) throw cause;
    throw badMedia(name, `begins as PNG, but is damaged or cut: ${(cause as Error).message}`, { cause });
  }
}

function readChunks(
  bytes: Uint8Array,
  name: string,
  check: SamplesOptions['check'],
): { header: Header; packed: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view, name, check);
  const parts: Uint8Array[] = [];
  for (let at = 8, type = ''; type !== 'IEND';) {
    const length = view.getUint32(at);
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) throw new Error(`the chunk ${type} is cut`);
    if (type === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return { header, packed: concatenate(parts) };
}

function readHeader(view: DataView, name: string, check: SamplesOptions['check']): Header {
  const [width, height, bits, colourType, interlaced] = [
    view.getUint32(16),
    view.getUint32(20),
    view.getUint8(24),
    view.getUint8(25),
    view.getUint8(28),
  ];
  if (width < 1 || height < 1) throw new Error('its header tells no size');
  check(width, height);
  const refuse = (what: string): SensoriumError =>
    badMedia(name, `is a PNG ${what}; expected grey values`, { hint: HINT });
  if (colourType !== 0) throw refuse(`of colours (${colourTypes[colourType] ?? `type ${colourType}`})`);
  if (bits !== 8 && bits !== 16) throw refuse(`of ${bits} bits a pixel`);
  if (interlaced !== 0) throw refuse('that is interlaced');
  return { width, height, bytesPerSample: bits === 16 ? 2 : 1 };
}

/** Section 9: each byte was stored as its difference from a guess by the bytes left, above and above left. */
function* unfilter(lines: Uint8Array, lineBytes: number, pixelBytes: number): Steps<Uint8Array> {
  const height = lines.length / (lineBytes + 1);
  const result = new Uint8Array(lineBytes * height);
  for (let row = 0; row < height; row++) {
    const start = row * (lineBytes + 1);
    const line = result.subarray(row * lineBytes, (row + 1) * lineBytes);
    line.set(lines.subarray(start + 1, start + 1 + lineBytes));
    const above = row > 0 ? result.subarray((row - 1) * lineBytes, row * lineBytes) : new Uint8Array(lineBytes);
    const filter = filters[lines[start] as number];
    if (!filter) throw new Error(`row ${row + 1} has the unknown filter ${lines[start]}`);
    filter(line, above, pixelBytes);
    yield;
  }
  return result;
}

type Filter = (line: Uint8Array, above: Uint8Array, step: number) => void;

/** By their numbers: none, sub, up, average, Paeth. */
const filters: readonly Filter[] = [
  () => undefined,
  (line, _, step) => {
    for (let at = step; at < line.length; at++) line[at] = byte(line, at) + byte(line, at - step);
  },
  (line, above) => {
    for (let at = 0; at < line.length; at++) line[at] = byte(line, at) + byte(above, at);
  },
  (line, above, step) => {
    for (let at = 0; at < line.length; at++) {
      const left = at < step ? 0 : byte(line, at - step);
      line[at] = byte(line, at) + ((left + byte(above, at)) >> 1);
    }
  },
  (line, above, step) => {
    for (let at = 0; at < line.length; at++) {
      const [left, aboveLeft] = at < step ? [0, 0] : [byte(line, at - step), byte(above, at - step)];
      line[at] = byte(line, at) + paeth(left, byte(above, at), aboveLeft);
    }
  },
];

const byte = (bytes: Uint8Array, at: number): number => bytes[at] as number;

/** Bytes → numbers of 16 bits, a row at a time. */
export function* bigEndian(bytes: Uint8Array, width: number): Steps<Uint16Array> {
  const result = new Uint16Array(bytes.length / 2);
  for (let start = 0; start < result.length; start += width) {
    const end = Math.min(start + width, result.length);
    for (let at = start; at < end; at++) result[at] = byte(bytes, 2 * at) * 256 + byte(bytes, 2 * at + 1);
    yield;
  }
  return result;
}
