import type { Random } from '@sensorium/contracts';
import { z } from 'zod';
import type { Variation } from './windows.js';

const share = (most: number) => z.number().min(0).max(most).default(0);

export const augmentation = z.strictObject({
  shift: share(0.5).describe(
    'largest shift in time, as a share of what a sound fills of its window; what leaves it is lost',
  ),
  stretch: share(0.5).describe('largest change of speed, and with it of pitch, as a share'),
  gain: z.number().min(0).max(40).default(0).describe('largest change of loudness, in dB'),
  noise: share(1).describe('largest deviation of white noise, as a share of the sound’s own'),
  frames: share(1).describe(
    'longest run of frames that is masked, as a share of a window (SpecAugment, Park et al. 2019)',
  ),
  bands: share(1).describe('longest run of bands of the spectrogram that is masked, as a share of all'),
});

export type Augmentation = z.output<typeof augmentation>;

/** Whether any option asks for other samples. The spectrogram's masks are in the graph. */
export const changesSamples = ({ shift, stretch, gain, noise }: Augmentation): boolean =>
  shift > 0 || stretch > 0 || gain > 0 || noise > 0;

/** One speed, one gain and one strength of noise for all of a sample. */
export function drawVariation({ shift, stretch, gain, noise }: Augmentation, random: Random): Variation {
  const around = (): number => 2 * random.uniform() - 1;
  const speed = 1 + stretch * around();
  const factor = 10 ** ((gain * around()) / 20);
  const strength = noise * random.uniform();
  return {
    random,
    shift,
    speed,
    change(samples) {
      if (factor === 1 && strength === 0) return;
      const deviation = strength * deviationOf(samples);
      samples.forEach((sample, at) => {
        samples[at] = (sample + (deviation && deviation * random.normal())) * factor;
      });
    },
  };
}

/** Around 0, as sound is. */
function deviationOf(samples: Float32Array): number {
  const squares = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return Math.sqrt(squares / Math.max(1, samples.length));
}
