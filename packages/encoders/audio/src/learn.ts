import type { Waveform } from '@sensorium/modality-audio';
import type { AudioOptions } from './options.js';
import { presets } from './presets.js';

/** So much of the training sounds fits into a window. */
const FITTING = 0.95;
const MOST_SECONDS = 2;
const MOST_WINDOWS = 3;
const MOST_KEPT = 60;
const HIGHEST_RATE = 16000;

/** Fills what the preset and the training sounds tell; only the preset's where there is none. */
export async function learnFromSounds(given: AudioOptions, sounds: AsyncIterable<Waveform>): Promise<AudioOptions> {
  const preset = presets[given.mel];
  const rates: number[] = [];
  const lengths: number[] = [];
  for await (const { rate, channels } of sounds) {
    rates.push(rate);
    lengths.push((channels[0]?.length ?? 0) / rate);
  }
  const [rate, seconds, windows] = [
    given.rate ?? preset.rate,
    given.seconds ?? preset.seconds,
    given.windows ?? preset.windows,
  ];
  if (rates.length === 0) return { ...given, rate, seconds, windows };
  const fitting = quantile(lengths, FITTING);
  const chosen = seconds ?? Math.min(fitting, MOST_SECONDS);
  const longest = given.longest ?? Math.min(quantile(lengths, 1), MOST_KEPT);
  return {
    ...given,
    rate: rate ?? Math.min(quantile(rates, 1 / 2), HIGHEST_RATE),
    seconds: chosen,
    windows: windows ?? (fitting <= chosen ? 1 : Math.min(MOST_WINDOWS, Math.ceil(longest / chosen))),
    longest,
  };
}

/** The smallest of the numbers that is not less than so much of them. */
const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.ceil(share * numbers.length) - 1] as number;
