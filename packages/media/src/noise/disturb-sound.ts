import type { Random } from '@sensorium/contracts';
import type { Steps } from '../steps.js';
import { lengthOfSound, type Waveform } from '../waveform.js';
import { changeEach, clip } from './change-each.js';
import { lostShare } from './lost-share.js';

/** What a line loses at once, in seconds. */
const STRETCH = 0.01;

/** Samples that are looked at in less than a millisecond. */
const PIECE = 2 ** 14;

/**
 * A sound with white Gaussian noise of the deviation level · root mean square of all its samples, which is a ratio of signal to
 * noise of −20·log10(level) dB: 20 dB at 0.1, 0 dB at 1. Then a share level²/2 of its stretches of 10 ms falls silent, in all
 * channels. What leaves full scale, or the sound's own peak where that is greater, is cut off.
 *
 * @param level 0…1
 */
export function* disturbSound(sound: Waveform, level: number, random: Random): Steps<Waveform> {
  const { power, peak } = yield* loudnessOf(sound);
  const deviation = level * Math.sqrt(power);
  const bound = Math.max(1, peak);
  const length = Math.max(1, Math.round(STRETCH * sound.rate));
  const loss = random.fork('loss');
  const stretches = Math.ceil(lengthOfSound(sound) / length);
  const isLost = Uint8Array.from({ length: stretches }, () => Number(loss.uniform() < lostShare(level)));
  const channels: Float32Array[] = [];
  for (const [channel, samples] of sound.channels.entries()) {
    const noise = random.fork(`noise/${channel}`);
    const noisy = changeEach(samples, (sample, at) => {
      const heard = clip(sample + deviation * noise.normal(), -bound, bound);
      return isLost[Math.floor(at / length)] ? 0 : heard;
    });
    channels.push(yield* noisy);
  }
  return { ...sound, channels };
}

/** The mean square of all samples, and the greatest distance from 0. */
function* loudnessOf({ channels }: Waveform): Steps<{ readonly power: number; readonly peak: number }> {
  let [squares, count, peak] = [0, 0, 0];
  for (const samples of channels) {
    count += samples.length;
    for (let start = 0; start < samples.length; start += PIECE) {
      for (const sample of samples.subarray(start, start + PIECE)) {
        squares += sample * sample;
        peak = Math.max(peak, Math.abs(sample));
      }
      yield;
    }
  }
  return { power: squares / count, peak };
}
