import { badMedia, tooLarge } from './media-error.js';
import type { Steps } from './steps.js';

/** Sound: what a microphone measured, channel by channel. */
export interface Waveform {
  /** Samples a second, Hz. */
  readonly rate: number;
  /** At least one, of equal length, at least one sample each: finite, full scale is −1…1. Left and right where there are two. */
  readonly channels: readonly Float32Array[];
  /** What it was before it was made as it is needed. */
  readonly original?: { readonly rate: number; readonly channels: number };
}

/** How much of a sound is needed: at which rate (Hz), and whether as the mean of its channels. Default: as it is. */
export type SoundNeeds = { readonly rate?: number; readonly channels?: 1 };

export const isWaveform = (value: unknown): value is Waveform =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'rate') && Object.hasOwn(value, 'channels');

/** How many samples a channel has. */
export const lengthOfSound = ({ channels }: Waveform): number => channels[0]?.length ?? 0;

/** Throws SENSORIUM_BAD_MEDIA for a sound whose parts contradict each other or are missing. */
export function checkWaveform({ rate, channels }: Waveform, name: string): void {
  checkRate(rate, name);
  if (!Array.isArray(channels) || !channels.every((channel) => channel instanceof Float32Array)) {
    throw badMedia(name, 'is no sound: its channels are not a list of Float32Array');
  }
  const [first] = channels;
  if (!first) throw badMedia(name, 'is a sound without channels');
  const other = channels.findIndex(({ length }) => length !== first.length);
  if (other > 0) {
    const lengths = channels.map(({ length }) => length).join(' and ');
    throw badMedia(name, `has channels of unequal length: ${lengths} samples`);
  }
  if (first.length === 0) throw badMedia(name, 'is a sound of no length', { hint: 'Take it out of the data.' });
}

const HIGHEST_RATE = 1e6;

/** Throws SENSORIUM_BAD_MEDIA for what cannot be samples a second. */
export function checkRate(rate: number, name: string): void {
  if (rate > 0 && rate <= HIGHEST_RATE) return;
  throw badMedia(name, `has the rate ${rate} Hz; expected one of up to ${HIGHEST_RATE}`, {
    hint: 'The header of the file is damaged, or its sound has no rate: write it anew.',
  });
}

/** Throws SENSORIUM_MEDIA_TOO_LARGE. */
export function checkSeconds(seconds: number, name: string, maxSeconds: number): void {
  if (seconds <= maxSeconds) return;
  const length = Number(seconds.toPrecision(4));
  throw tooLarge(name, `has ${length} seconds; the limit is ${maxSeconds}`, 'Cut it, or raise the limit "seconds".');
}

/** Samples that are looked at in much less than a millisecond. */
const PIECE = 2 ** 14;

/** Throws SENSORIUM_BAD_MEDIA where a sample is NaN or infinite. */
export function* checkSamples({ rate, channels }: Waveform, name: string): Steps<void> {
  for (const [channel, samples] of channels.entries()) {
    for (let start = 0; start < samples.length; start += PIECE) {
      const odd = samples.subarray(start, start + PIECE).findIndex((sample) => !Number.isFinite(sample));
      if (odd >= 0) {
        const at = `second ${Number(((start + odd) / rate).toFixed(3))} of channel ${channel + 1}`;
        throw badMedia(name, `has the sample ${samples[start + odd]} in ${at}`, { hint: 'Take it out of the data.' });
      }
      yield;
    }
  }
}

/** The mean of all channels. */
export function toMono({ rate, channels }: Waveform): Waveform {
  const [first, ...others] = channels;
  if (!first || others.length === 0) return { rate, channels };
  const mono = Float32Array.from(first);
  for (const channel of others) channel.forEach((sample, index) => (mono[index] = (mono[index] as number) + sample));
  return { rate, channels: [mono.map((sum) => sum / channels.length)] };
}
