import { atOnce, type Steps } from './steps.js';
import { lengthOfSound, type Waveform } from './waveform.js';

/** Part of the key of what is kept of resampled sounds: another text wherever the numbers change. */
export const soundResamplingVersion = '1';

/** Zero crossings of the sinc on each side, at the lower of both rates. */
const ZEROS = 64;
/** dB below full scale of what lies beyond the lower rate's half, and of what the pass band's gain misses. */
const ATTENUATION = 104;
/** The middle of the transition, as a share of the lower rate's half: 0.9 of it passes, and nothing above it. */
const CUTOFF = 0.95;
/** Kaiser (1974): the window's shape for an attenuation above 50 dB. */
const BETA = 0.1102 * (ATTENUATION - 8.7);

/** Output samples that are computed in much less than a millisecond. */
const PIECE = 64;

/**
 * A sound at another rate, ⌈length · rate / sound.rate⌉ samples: a sinc that ends at 0.95 of the lower rate's half, in a Kaiser
 * window (Smith, "Digital Audio Resampling", https://ccrma.stanford.edu/~jos/resample). Tones up to 0.9 of it keep their height
 * within 0.001 dB; images and aliases are more than 100 dB below. Beyond its ends the sound is 0. The same numbers on every platform.
 *
 * @param rate Hz
 */
export const resampleSound = (sound: Waveform, rate: number): Waveform => atOnce(resampleSteps(sound, rate));

export function* resampleSteps(sound: Waveform, rate: number): Steps<Waveform> {
  if (sound.rate === rate) return sound;
  const filter = filterBetween(sound.rate, rate);
  const channels = [];
  for (const samples of sound.channels) channels.push(yield* filtered(samples, filter, lengthAt(sound, rate)));
  return { rate, channels };
}

const lengthAt = (sound: Waveform, rate: number): number => Math.ceil((lengthOfSound(sound) * rate) / sound.rate);

interface Filter {
  /** Output n lies at the input sample n · down / up. */
  readonly up: number;
  readonly down: number;
  /** Samples on each side that count. */
  readonly radius: number;
  /** Weights of the samples from −radius + 1 to radius around a place that lies so far, 0…up − 1 of `up`, behind a sample. */
  readonly weights: (phase: number) => Float64Array;
}

function filterBetween(from: number, to: number): Filter {
  const shared = greatestCommonDivisor(from, to);
  const [up, down] = [to / shared, from / shared];
  const scale = CUTOFF * Math.min(1, to / from);
  const radius = Math.ceil(ZEROS / scale);
  const phases = new Map<number, Float64Array>();
  return {
    up,
    down,
    radius,
    weights(phase) {
      const known = phases.get(phase) ?? weightsOf(phase / up, scale, radius);
      phases.set(phase, known);
      return known;
    },
  };
}

/** Whole rates share a divisor; of others, such as 22,254.5 Hz, thousandths do. */
function greatestCommonDivisor(a: number, b: number): number {
  let [large, small] = [Math.round(a * 1000), Math.round(b * 1000)];
  while (small > 0) [large, small] = [small, large % small];
  return large / 1000;
}

/** The kernel around a place that lies `offset` behind a sample, with sum 1. */
function weightsOf(offset: number, scale: number, radius: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * radius }, (_, tap) => {
    const distance = (tap + 1 - radius - offset) * scale;
    return sinc(distance) * kaiser(distance / ZEROS);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const kaiser = (x: number): number => (Math.abs(x) > 1 ? 0 : bessel(BETA * Math.sqrt(1 - x * x)) / bessel(BETA));

/** The modified Bessel function of order 0, by its series. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function* filtered(samples: Float32Array, { up, down, radius, weights }: Filter, length: number): Steps<Float32Array> {
  const result = new Float32Array(length);
  for (let output = 0; output < length; output++) {
    const place = output * down;
    const before = Math.floor(place / up);
    const taps = weights(Math.round(place - before * up));
    const first = before + 1 - radius;
    const [from, to] = [Math.max(0, -first), Math.min(taps.length, samples.length - first)];
    let sum = 0;
    for (let tap = from; tap < to; tap++) sum += (taps[tap] as number) * (samples[first + tap] as number);
    result[output] = sum;
    if (output % PIECE === 0) yield;
  }
  return result;
}
