import { describe, expect, it } from 'vitest';
import { resampleSound, toMono, type Waveform } from './index.js';

const SECONDS = 0.5;
const tone = (frequency: number, rate: number): Float32Array =>
  Float32Array.from({ length: rate * SECONDS }, (_, index) => Math.sin((2 * Math.PI * frequency * index) / rate + 0.3));
const resampled = (samples: Float32Array, from: number, to: number): Float32Array =>
  resampleSound({ rate: from, channels: [samples] }, to).channels[0]!;
const decibel = (ratio: number): number => 20 * Math.log10(ratio);

/** The middle of a sound, without the edges that a filter sees zeros beside. */
const middle = (samples: Float32Array): Float32Array =>
  samples.subarray(Math.floor(samples.length / 4), Math.floor((samples.length * 3) / 4));
const power = (samples: ArrayLike<number>): number =>
  Array.from(samples).reduce((sum, sample) => sum + sample * sample, 0) / samples.length;

/** The height of a tone, by least squares of a sine and a cosine, and what is left of the sound without it (RMS). */
function fit(samples: Float32Array, frequency: number, rate: number): { height: number; rest: number } {
  const [s, c] = [Math.sin, Math.cos].map((wave) =>
    Float64Array.from(samples, (_, index) => wave((2 * Math.PI * frequency * index) / rate)),
  ) as [Float64Array, Float64Array];
  const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
    Array.from(a).reduce((sum, value, index) => sum + value * b[index]!, 0);
  const [ss, cc, sc, xs, xc] = [dot(s, s), dot(c, c), dot(s, c), dot(samples, s), dot(samples, c)];
  const [a, b] = [(xs * cc - xc * sc) / (ss * cc - sc * sc), (xc * ss - xs * sc) / (ss * cc - sc * sc)];
  const rest = samples.map((value, index) => value - a * s[index]! - b * c[index]!);
  return { height: Math.hypot(a, b), rest: Math.sqrt(power(rest)) };
}

const pairs = [
  [8000, 16000],
  [48000, 16000],
  [44100, 16000],
  [16000, 44100],
  [22050, 16000],
  [11025, 8000],
] as const;

// libsamplerate publishes a signal-to-noise ratio of 97 dB for all of its sinc converters, and a bandwidth of 90 % for the
// middle one (https://libsndfile.github.io/libsamplerate/api_misc.html).
describe.each(pairs)('from %i to %i Hz', (from, to) => {
  const nyquist = Math.min(from, to) / 2;

  it.each([0.01, 0.11, 0.31, 0.53, 0.71, 0.83, 0.9])('a tone at %f of the lower half passes', (share) => {
    const frequency = share * nyquist;
    const { height, rest } = fit(middle(resampled(tone(frequency, from), from, to)), frequency, to);
    expect(Math.abs(decibel(height))).toBeLessThan(0.002);
    expect(decibel(height / (rest * Math.SQRT2))).toBeGreaterThan(97);
  });

  it('half of a tone at the cutoff passes', () => {
    const frequency = 0.95 * nyquist;
    const { height } = fit(middle(resampled(tone(frequency, from), from, to)), frequency, to);
    expect(decibel(height)).toBeCloseTo(-6.02, 1);
  });

  if (to < from) {
    it.each([1.001, 1.02, 1.13, 1.37])('a tone at %f of the lower half leaves no alias', (share) => {
      const left = middle(resampled(tone(share * nyquist, from), from, to));
      expect(decibel(Math.sqrt(2 * power(left)))).toBeLessThan(-97);
    });
  }
});

describe('a sound at another rate', () => {
  it('lies where it lay: a click stays in its second', () => {
    const click = new Float32Array(4410);
    click[2205] = 1;
    const moved = resampled(click, 44100, 16000);
    expect(moved.length).toBe(1600);
    expect(moved.indexOf(Math.max(...moved))).toBe(800);
  });

  it('keeps what does not change', () => {
    const steady = middle(resampled(new Float32Array(4000).fill(0.5), 8000, 11025));
    expect(Math.max(...steady.map((value) => Math.abs(value - 0.5)))).toBeLessThan(1e-6);
  });

  it('has every channel, at rates without a common divisor, too', () => {
    const sound: Waveform = { rate: 11027, channels: [tone(440, 11027), tone(880, 11027)] };
    const { rate, channels } = resampleSound(sound, 7993);
    expect([rate, channels.map(({ length }) => length)]).toEqual([7993, [3997, 3997]]);
    for (const [channel, frequency] of [440, 880].entries()) {
      expect(fit(middle(channels[channel]!), frequency, 7993).height).toBeCloseTo(1, 4);
    }
  });

  it('is the same at its own rate, and may have one sample', () => {
    const sound: Waveform = { rate: 8000, channels: [Float32Array.of(1)] };
    expect(resampleSound(sound, 8000)).toBe(sound);
    expect(resampleSound(sound, 16000).channels[0]!.length).toBe(2);
    expect(resampleSound(sound, 100).channels[0]!.length).toBe(1);
  });
});

it('becomes mono as the mean of its channels', () => {
  const channels = [Float32Array.of(1, 0.5), Float32Array.of(-1, 0.25), Float32Array.of(0.75, 0)];
  expect(toMono({ rate: 8, channels })).toEqual({ rate: 8, channels: [Float32Array.of(0.25, 0.25)] });
});
