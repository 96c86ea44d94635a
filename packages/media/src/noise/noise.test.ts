import { describe, expect, it } from 'vitest';
import type { Raster } from '../raster.js';
import type { Series } from '../series/series.js';
import { atOnce, inTurns } from '../steps.js';
import { testRandom } from '../testing/random.js';
import type { Waveform } from '../waveform.js';
import { disturbRaster } from './disturb-raster.js';
import { disturbSeries } from './disturb-series.js';
import { disturbSound } from './disturb-sound.js';

// Everything in double precision, against σ, over so many values that five standard errors are narrow.

const LEVELS = Array.from({ length: 11 }, (_, index) => index / 10);

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviationOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
};
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.sqrt(meanOf(Array.from(a, (value, at) => (value - (b[at] as number)) ** 2)));

/** [100_000] noise as it lies on a value, without the places that are lost. */
const noiseOn = (before: ArrayLike<number>, after: ArrayLike<number>, isLost: (value: number, at: number) => boolean) =>
  Array.from(after, (value, at) => (isLost(value, at) ? NaN : value - (before[at] as number))).filter(
    (value) => !Number.isNaN(value),
  );

function expectNormal(noise: readonly number[], deviation: number): void {
  const error = deviation / Math.sqrt(noise.length);
  expect(Math.abs(meanOf(noise))).toBeLessThan(5 * error);
  expect(Math.abs(deviationOf(noise) - deviation)).toBeLessThan(5 * error);
  // A normal distribution has a kurtosis of 3, of a standard error of √(24/n).
  const kurtosis = meanOf(noise.map((value) => (value / deviation) ** 4));
  expect(Math.abs(kurtosis - 3)).toBeLessThan(5 * Math.sqrt(24 / noise.length));
}

const expectShare = (count: number, of: number, share: number): void =>
  expect(Math.abs(count / of - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / of));

const expectHarm = (distances: readonly number[]): void => {
  expect(distances[0]).toBe(0);
  for (const [at, value] of distances.slice(1).entries()) expect(value).toBeGreaterThan(distances[at] as number);
};

describe('noise on pictures', () => {
  const SIDE = 320;
  const grey: Raster = { width: SIDE, height: SIDE, channels: 1, data: new Uint16Array(SIDE * SIDE).fill(32768) };
  const disturbed = (raster: Raster, level: number, seed = 1): Raster =>
    atOnce(disturbRaster(raster, level, testRandom(seed)));

  it('is normal, of the deviation σ · white', () => {
    const { data } = disturbed(grey, 0.1);
    expectNormal(
      noiseOn(grey.data, data, (value) => value === 0 || value === 65535),
      6553.5,
    );
  });

  it('makes σ²/2 of the pixels black or white, all colours together, and as many of the one as of the other', () => {
    const red: Raster = { width: SIDE, height: SIDE, channels: 4, data: new Uint8Array(4 * SIDE * SIDE) };
    for (let at = 0; at < red.data.length; at += 4) red.data.set([128, 128, 128, 77], at);
    const level = 0.2;
    const { data } = disturbed({ ...red, data: Uint16Array.from(red.data, (value) => 257 * value) }, level);
    const pixels = Array.from({ length: SIDE * SIDE }, (_, pixel) => [...data.subarray(4 * pixel, 4 * pixel + 4)]);
    const [black, white] = [0, 65535].map(
      (end) => pixels.filter((colours) => colours.slice(0, 3).every((value) => value === end)).length,
    );
    // Noise alone makes all three colours of a pixel black or white in hardly any.
    expectShare(black as number, pixels.length, level ** 2 / 4);
    expectShare(white as number, pixels.length, level ** 2 / 4);
    expect(new Set(pixels.map(([, , , alpha]) => alpha))).toEqual(new Set([257 * 77]));
  });

  it('keeps to the range, rounds whole numbers, and harms more and more', () => {
    const steps: Raster = { ...grey, data: Uint8Array.from(grey.data, (_, at) => at % 256) };
    expectHarm(LEVELS.map((level) => distance(disturbed(steps, level).data, steps.data)));
    const { data } = disturbed({ ...grey, data: new Uint8Array(SIDE * SIDE).fill(255) }, 0.1);
    expect(data).toBeInstanceOf(Uint8Array);
    // Half of the noise on white is cut off, and does not turn into black.
    expectShare(data.filter((value) => value === 255).length, data.length, 0.5 + 0.005 / 4);
    expect(data.filter((value) => value > 0 && value < 100)).toHaveLength(0);
  });

  it('is the same for the same seed and another for another', () => {
    expect(disturbed(grey, 0.5)).toEqual(disturbed(grey, 0.5));
    expect(disturbed(grey, 0.5, 2)).not.toEqual(disturbed(grey, 0.5));
    expect(disturbed(grey, 0)).toEqual(grey);
  });
});

describe('noise on sounds', () => {
  const tone = (amplitude: number): Float32Array =>
    Float32Array.from({ length: 100_000 }, (_, at) => amplitude * Math.sin(at));
  const sound: Waveform = { rate: 8000, channels: [tone(0.1), tone(0.02)] };
  const disturbed = (level: number, of = sound, seed = 1): Waveform =>
    atOnce(disturbSound(of, level, testRandom(seed)));

  it('is normal, of σ times the root mean square of all channels', () => {
    const power = (0.1 ** 2 + 0.02 ** 2) / 2 / 2;
    const { channels } = disturbed(0.3);
    for (const [channel, samples] of channels.entries()) {
      const noise = noiseOn(sound.channels[channel] as Float32Array, samples, (value) => value === 0);
      expectNormal(noise, 0.3 * Math.sqrt(power));
    }
  });

  it('silences σ²/2 of the stretches of 10 ms, in all channels at once', () => {
    const [left, right] = disturbed(1).channels as [Float32Array, Float32Array];
    const silent = Array.from({ length: 1250 }, (_, at) => left.subarray(80 * at, 80 * at + 80)).map((stretch) =>
      stretch.every((value) => value === 0),
    );
    expectShare(silent.filter(Boolean).length, silent.length, 0.5);
    expect(right.map((value) => Number(value === 0))).toEqual(left.map((value) => Number(value === 0)));
  });

  it('keeps to full scale, harms more and more, and is as the seed says', () => {
    const loud: Waveform = { rate: 8000, channels: [tone(1)] };
    expect(Math.max(...(disturbed(1, loud).channels[0] as Float32Array))).toBe(1);
    const louder: Waveform = { rate: 8000, channels: [tone(3)] };
    expect(disturbed(0, louder)).toEqual(louder);
    expectHarm(LEVELS.map((level) => distance(disturbed(level).channels[0] as Float32Array, tone(0.1))));
    expect(disturbed(0.4)).toEqual(disturbed(0.4));
    expect(disturbed(0.4, sound, 2)).not.toEqual(disturbed(0.4));
  });

  it('leaves silence as it is', () => {
    const silence: Waveform = { rate: 8000, channels: [new Float32Array(100)] };
    expect(disturbed(1, silence)).toEqual(silence);
  });

  it('stops in the middle of a long one', async () => {
    const hour: Waveform = { rate: 8000, channels: [new Float32Array(8000 * 3600)] };
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    await expect(inTurns(disturbSound(hour, 0.5, testRandom(1)), controller.signal)).rejects.toBe(reason);
  });
});

describe('noise on series', () => {
  const ROWS = 60_000;
  const values = Float32Array.from({ length: 3 * ROWS }, (_, at) =>
    at % 3 === 0 ? 500 + 10 * Math.sin(at) : at % 3 === 1 ? Math.cos(at) : 7,
  );
  const series: Series = { channels: ['far', 'near', 'still'], values, time: 50 };
  const disturbed = (level: number, seed = 1, lost = (): number => NaN): Series =>
    atOnce(disturbSeries(series, { level, random: testRandom(seed), lost }));
  const channel = (of: Float32Array, column: number): Float32Array => of.filter((_, at) => at % 3 === column);

  it('is normal, of σ times the deviation of each channel', () => {
    const { values: noisy } = disturbed(0.5);
    for (const [column, deviation] of [10 / Math.SQRT2, 1 / Math.SQRT2].entries()) {
      const noise = noiseOn(channel(values, column), channel(noisy, column), Number.isNaN);
      // The deviation of the channel itself is not known to more digits than the rows give.
      expectNormal(noise, 0.5 * deviationOf([...channel(values, column)]));
      expect(deviationOf([...channel(values, column)])).toBeCloseTo(deviation, 2);
    }
    expect(new Set(channel(noisy, 2))).toEqual(new Set([7, NaN]));
  });

  it('loses σ²/4 of the values one by one and σ²/4 of the rows in threes', () => {
    const level = 0.8;
    const { values: noisy } = disturbed(level);
    const share = level ** 2 / 4;
    const rows = Array.from({ length: ROWS }, (_, row) =>
      [...noisy.subarray(3 * row, 3 * row + 3)].every(Number.isNaN),
    );
    // A row is gone with its stretch, or because all of its three values are.
    const threes = Array.from({ length: ROWS / 3 }, (_, at) => rows.slice(3 * at, 3 * at + 3).every(Boolean));
    const alone = share ** 3;
    expectShare(threes.filter(Boolean).length, threes.length, share + (1 - share) * alone ** 3);
    const kept = channel(noisy, 0).filter((_, row) => !threes[Math.floor(row / 3)]);
    expectShare(kept.filter(Number.isNaN).length, kept.length, share);
  });

  it('puts in place of what is lost what it is told to, by the mean of the channel', () => {
    const means: number[] = [];
    atOnce(disturbSeries(series, { level: 1, random: testRandom(1), lost: (mean) => means.push(mean) }));
    const [far, near, still] = [0, 1, 2].map((column) => meanOf([...channel(values, column)])) as [
      number,
      number,
      number,
    ];
    for (const mean of new Set(means)) {
      expect(Math.min(...[far, near, still].map((one) => Math.abs(one - mean)))).toBeLessThan(1e-9);
    }
  });

  it('harms more and more, and is as the seed says', () => {
    const zero = (): number => 0;
    expectHarm(LEVELS.map((level) => distance(disturbed(level, 1, zero).values, values)));
    expect(disturbed(0.4)).toEqual(disturbed(0.4));
    expect(disturbed(0.4, 2)).not.toEqual(disturbed(0.4));
  });

  it('keeps gaps, and one value at least', () => {
    const short: Series = { channels: ['a', 'b'], values: Float32Array.of(NaN, 5, NaN, NaN) };
    for (let seed = 0; seed < 20; seed++) {
      const { values: noisy } = atOnce(disturbSeries(short, { level: 1, random: testRandom(seed), lost: () => NaN }));
      expect([...noisy]).toEqual([NaN, 5, NaN, NaN]);
    }
  });
});
