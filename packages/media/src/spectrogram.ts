import { falseColours } from './false-colours.js';
import type { Raster } from './raster.js';
import type { Steps } from './steps.js';
import { toMono, type Waveform } from './waveform.js';

export interface SpectrogramOptions {
  /** In pixels: time, from the first sample to the last. */
  readonly width: number;
  /** In pixels: frequencies, from 0 below to `highest` above. */
  readonly height: number;
}

/** Seconds that a column sees, in which speech hardly changes. */
const WINDOW = 0.025;
/** Hertz: above, sounds have little that eyes look for. */
const HIGHEST = 8_000;
/** Decibels below the loudest that are told apart. */
const DEPTH = 80;

/** The highest frequency that a spectrogram shows, in hertz. */
export const highestShown = ({ rate }: Waveform): number => Math.min(HIGHEST, rate / 2);

/**
 * A sound as people look at it: time to the right, frequency upwards, and the brighter the louder, in decibels; of the mean of its
 * channels. Each pixel is the power |Σ h(n)·x(n)·e^(−iωn)|² of 25 ms under a Hann window h.
 */
export function* spectrogram(sound: Waveform, { width, height }: SpectrogramOptions): Steps<Raster> {
  const [samples = new Float32Array()] = toMono(sound).channels;
  const size = Math.max(2, Math.round(WINDOW * sound.rate));
  const waves = wavesOf(size, height, highestShown(sound) / sound.rate);
  const power = new Float32Array(width * height);
  for (let column = 0; column < width; column++) {
    const start = Math.round((column / Math.max(1, width - 1)) * Math.max(0, samples.length - size));
    for (const [band, { cosine, sine }] of waves.entries()) {
      let [real, imaginary] = [0, 0];
      for (let at = 0; at < Math.min(size, samples.length); at++) {
        const sample = samples[start + at] as number;
        real += sample * (cosine[at] as number);
        imaginary += sample * (sine[at] as number);
      }
      power[(height - 1 - band) * width + column] = real * real + imaginary * imaginary;
    }
    yield;
  }
  return falseColours({ width, height, data: decibels(power) }, { map: 'inferno' });
}

interface Wave {
  readonly cosine: Float32Array;
  readonly sine: Float32Array;
}

/** Of the frequency in the middle of each row of pixels, under the window. */
function wavesOf(size: number, height: number, highest: number): Wave[] {
  const hann = Float64Array.from({ length: size }, (_, at) => Math.sin((Math.PI * (at + 0.5)) / size) ** 2);
  return Array.from({ length: height }, (_, band) => {
    const step = (2 * Math.PI * highest * (band + 0.5)) / height;
    return {
      cosine: Float32Array.from(hann, (weight, at) => weight * Math.cos(step * at)),
      sine: Float32Array.from(hann, (weight, at) => weight * Math.sin(step * at)),
    };
  });
}

/** Relative to the loudest; silence has the least. */
function decibels(power: Float32Array): Float32Array {
  const loudest = power.reduce((most, value) => Math.max(most, value), 0);
  return power.map((value) => (value > 0 ? Math.max(-DEPTH, 10 * Math.log10(value / loudest)) : -DEPTH));
}
