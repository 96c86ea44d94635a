import type { SoundFormat } from './sound-format.js';
import { endOfId3 } from './sound-rate.js';
import type { Steps } from './steps.js';

const HEADER = 7;
type Header = readonly [number, number, number, number, number, number];

/** How many bytes a frame with this header has; undefined for what is no header, such as a tag at the end of a file. */
type FrameLength = (header: Header) => number | undefined;

/** ISO/IEC 13818-7, 6.2: a length of 13 bits. */
const adtsLength: FrameLength = ([first, second, , fourth, fifth, sixth]) =>
  first === 0xff && (second & 0xf6) === 0xf0 ? ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5) : undefined;

/** Kilobits a second of layer III by the four bits of a header, of MPEG-1 and of MPEG-2 and 2.5; ISO/IEC 11172-3 and 13818-3. */
const rates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const rates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const samplesOf = [44100, 48000, 32000];
/** What a rate is divided by, by the two bits of the version; 1 is reserved. */
const divisors = [4, undefined, 2, 1];

const mp3Length: FrameLength = ([first, second, third]) => {
  if (first !== 0xff || (second & 0xe6) !== 0xe2) return undefined;
  const divisor = divisors[(second >> 3) & 3];
  const bits = (divisor === 1 ? rates1 : rates2)[third >> 4];
  const samples = samplesOf[(third >> 2) & 3];
  // A rate of 0 is any rate, which only the next frame would tell.
  if (divisor === undefined || samples === undefined || !bits) return undefined;
  const factor = divisor === 1 ? 144_000 : 72_000;
  return Math.floor((factor * bits * divisor) / samples) + ((third >> 1) & 1);
};

const lengths: Partial<Readonly<Record<SoundFormat, FrameLength>>> = { AAC: adtsLength, MP3: mp3Length };

/**
 * Throws where the last frame of an ADTS or MP3 file is not whole. A cut between two frames is not seen here: each stands alone,
 * and only the header that some MP3 files begin with counts them.
 */
export function* checkFramesEnd(bytes: Uint8Array, format: SoundFormat): Steps<void> {
  const lengthOf = lengths[format];
  if (!lengthOf) return;
  let at = endOfId3(bytes);
  while (at + HEADER <= bytes.length) {
    const length = lengthOf(Array.from(bytes.subarray(at, at + HEADER)) as unknown as Header);
    if (length === undefined || length < HEADER) return;
    at += length;
    yield;
  }
  if (at > bytes.length || bytes[at] === 0xff) throw new Error('its last frame is cut');
}
