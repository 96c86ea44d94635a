import { badMedia } from './media-error.js';
import type { Steps } from './steps.js';
import { checkRate, lengthOfSound, type Waveform } from './waveform.js';

/** What a WAV file says of its samples. */
interface WavFormat {
  /** Bytes of a sample of one channel. */
  readonly width: number;
  readonly isFloat: boolean;
  readonly rate: number;
  readonly channels: number;
}

interface Chunk {
  readonly start: number;
  readonly declared: number;
}

type ReadSample = (view: DataView, at: number) => number;

/** As numbers of full scale −1…1, by the bytes that a sample has. 8 bits have no sign. */
const integers: Readonly<Record<number, ReadSample>> = {
  1: (view, at) => (view.getUint8(at) - 128) / 2 ** 7,
  2: (view, at) => view.getInt16(at, true) / 2 ** 15,
  3: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  4: (view, at) => view.getInt32(at, true) / 2 ** 31,
};
const floats: Readonly<Record<number, ReadSample>> = {
  4: (view, at) => view.getFloat32(at, true),
  8: (view, at) => view.getFloat64(at, true),
};

const [PCM, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];
const CHUNK_HEADER = 8;
/** What programs write that do not know the size in advance. */
const OPEN_SIZES = [0, 0xffffffff];
/** Frames that are read in much less than a millisecond. */
const PIECE = 2 ** 12;

/** Of a file that is cut or contradicts itself. */
const REPLACE = 'Get the sound again, or write it anew.';

/**
 * The samples of a WAV file: PCM of 8, 16, 24 and 32 bits, floating-point numbers of 32 and 64, any rate and number of channels,
 * also with the extensible header. Undefined where they are coded in another way, such as ADPCM. Throws SENSORIUM_BAD_MEDIA for
 * files that are cut or contradict themselves.
 */
export function* readWav(bytes: Uint8Array, name: string): Steps<Waveform | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = chunksOf(view);
  const format = readFormat(view, chunks.get('fmt '), name);
  const data = chunks.get('data');
  if (!data) throw badMedia(name, 'is a WAV file without samples', { hint: REPLACE });
  const size = sizeOf(data, bytes.length, name);
  const readSample = format && (format.isFloat ? floats : integers)[format.width];
  if (!readSample) return undefined;
  const frame = format.width * format.channels;
  const frames = Math.floor(size / frame);
  const channels = Array.from({ length: format.channels }, () => new Float32Array(frames));
  for (let first = 0; first < frames; first += PIECE) {
    const end = Math.min(frames, first + PIECE);
    for (const [channel, samples] of channels.entries()) {
      const start = data.start + channel * format.width;
      for (let at = first; at < end; at++) samples[at] = readSample(view, start + at * frame);
    }
    yield;
  }
  return { rate: format.rate, channels };
}

/** The first chunk of every name. */
function chunksOf(view: DataView): ReadonlyMap<string, Chunk> {
  const chunks = new Map<string, Chunk>();
  for (let at = 12; at + CHUNK_HEADER <= view.byteLength;) {
    const name = String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
    const chunk = { start: at + CHUNK_HEADER, declared: view.getUint32(at + 4, true) };
    if (!chunks.has(name)) chunks.set(name, chunk);
    at = chunk.start + chunk.declared + (chunk.declared % 2);
  }
  return chunks;
}

const PLAIN_FORMAT = 16;
const SUBFORMAT = 24;

/** Undefined for codings that this reader does not know. */
function readFormat(view: DataView, chunk: Chunk | undefined, name: string): WavFormat | undefined {
  if (!chunk || chunk.declared < PLAIN_FORMAT || chunk.start + chunk.declared > view.byteLength) {
    throw badMedia(name, 'begins as WAV, but does not say how its samples are written', { hint: REPLACE });
  }
  const number = (offset: number): number => view.getUint16(chunk.start + offset, true);
  const tag = number(0);
  const isExtensible = tag === EXTENSIBLE && chunk.declared >= SUBFORMAT + 2;
  const coding = isExtensible ? number(SUBFORMAT) : tag;
  if (coding !== PCM && coding !== FLOAT) return undefined;
  const [channels, frame] = [number(2), number(12)];
  const [rate, bytesPerSecond] = [4, 8].map((offset) => view.getUint32(chunk.start + offset, true)) as [number, number];
  checkRate(rate, name);
  const width = frame / channels;
  if (!Number.isInteger(width) || width === 0) {
    throw badMedia(name, `says ${channels} channels in ${frame} bytes`, { hint: REPLACE });
  }
  if (rate * frame !== bytesPerSecond) {
    const other = Number((bytesPerSecond / frame).toPrecision(6));
    throw badMedia(name, `says ${rate} samples a second, and so many bytes that it would be ${other}`, {
      hint: 'Its header is wrong: write it anew at the rate that is right.',
    });
  }
  return { width, isFloat: coding === FLOAT, rate, channels };
}

function sizeOf({ start, declared }: Chunk, length: number, name: string): number {
  const there = length - start;
  if (declared <= there && declared > 0) return declared;
  if (OPEN_SIZES.includes(declared)) return there;
  throw badMedia(name, `is cut: it has ${there} of ${declared} bytes of samples`, { hint: REPLACE });
}

/**
 * A WAV file of a sound: PCM of 16 bits, which every player knows and where what is beyond −1…1 is clipped, or 32-bit
 * floating-point numbers, which keep every sample.
 */
export function encodeWav(sound: Waveform, bits: 16 | 32 = 16): Uint8Array<ArrayBuffer> {
  const { rate, channels } = sound;
  const frame = (channels.length * bits) / 8;
  const size = lengthOfSound(sound) * frame;
  const bytes = new Uint8Array(44 + size);
  const view = new DataView(bytes.buffer);
  const text = (at: number, characters: string): void => bytes.set(new TextEncoder().encode(characters), at);
  text(0, 'RIFF');
  view.setUint32(4, 36 + size, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, PLAIN_FORMAT, true);
  view.setUint16(20, bits === 16 ? PCM : FLOAT, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * frame, true);
  view.setUint16(32, frame, true);
  view.setUint16(34, bits, true);
  text(36, 'data');
  view.setUint32(40, size, true);
  for (const [channel, samples] of channels.entries()) {
    const start = 44 + (channel * bits) / 8;
    samples.forEach((sample, index) => {
      const at = start + index * frame;
      if (bits === 32) view.setFloat32(at, sample, true);
      else view.setInt16(at, Math.max(-32768, Math.min(32767, Math.round(sample * 32768))), true);
    });
  }
  return bytes;
}
