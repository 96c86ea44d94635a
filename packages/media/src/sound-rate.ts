import type { SoundFormat } from './sound-format.js';

/** Hz, by the two bits of a frame's header. MPEG-1; MPEG-2 has half of it, MPEG-2.5 a quarter. */
const mp3Rates = [44100, 48000, 32000];
const mp3Divisors: Readonly<Record<number, number>> = { 0: 4, 2: 2, 3: 1 };
const aacRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** The rate that the header of a file declares, Hz; undefined where it is not at its beginning. */
const readers: Partial<Readonly<Record<SoundFormat, (bytes: Uint8Array, view: DataView) => number | undefined>>> = {
  WAV: (_, view) => view.getUint32(24, true),
  // STREAMINFO is the first block of metadata.
  FLAC: (_, view) => view.getUint32(18) >>> 12,
  MP3(bytes) {
    const at = endOfId3(bytes);
    const [version, index] = [((bytes[at + 1] ?? 0) >> 3) & 3, ((bytes[at + 2] ?? 0) >> 2) & 3];
    const [rate, divisor] = [mp3Rates[index], mp3Divisors[version]];
    return rate && divisor && rate / divisor;
  },
  AAC: (bytes) => aacRates[((bytes[2] ?? 0) >> 2) & 15],
  Ogg(bytes, view) {
    const head = latin1(bytes.subarray(0, 64));
    // Opus is always decoded at 48 kHz, whatever rate its source had.
    if (head.includes('OpusHead')) return 48000;
    const vorbis = head.indexOf('\x01vorbis');
    return vorbis < 0 ? undefined : view.getUint32(vorbis + 12, true);
  },
};

export function declaredRate(bytes: Uint8Array, format: SoundFormat): number | undefined {
  if (bytes.length < 64) return undefined;
  const rate = readers[format]?.(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  // What a browser's context may have.
  return rate && rate >= 3000 && rate <= 768000 ? rate : undefined;
}

/** Behind the tags that an MP3 file may begin with, whose size has seven bits in each byte. */
export function endOfId3(bytes: Uint8Array): number {
  if (!latin1(bytes.subarray(0, 3)).startsWith('ID3')) return 0;
  return 10 + [6, 7, 8, 9].reduce((size, at) => size * 128 + (bytes[at] ?? 0), 0);
}
