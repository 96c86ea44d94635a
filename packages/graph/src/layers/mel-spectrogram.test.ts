import { describe, expect, it } from 'vitest';
import { input, type MelOptions, melSpectrogram } from '../index.js';
import { bandMatrix, binsOf, spectrumMatrix } from './mel-matrices.js';

const kaldi: MelOptions = {
  rate: 16000,
  frame: 400,
  hop: 160,
  transform: 512,
  window: 'symmetric',
  emphasis: true,
  bands: 128,
  lowest: 20,
  scale: 'kaldi',
  edges: 'within',
};
const whisper: MelOptions = {
  ...kaldi,
  transform: 400,
  window: 'periodic',
  emphasis: false,
  bands: 80,
  lowest: 0,
  scale: 'slaney',
  edges: 'mirrored',
};

describe('the bands', () => {
  const rows = (options: MelOptions): number[][] => {
    const [matrix, bins] = [bandMatrix(options), binsOf(options)];
    return Array.from({ length: options.bands }, (_, band) => Array.from(matrix.slice(band * bins, (band + 1) * bins)));
  };

  it('of Whisper are those that it ships', () => {
    // whisper/assets/mel_filters.npz, mel_80, which librosa 0.10 computes: the first weights of three bands.
    const bands = rows(whisper);
    expect(bands[0]![1]).toBeCloseTo(0.02486259490251541, 8);
    expect(bands[1]![1]).toBeCloseTo(0.0019908222, 8);
    expect(bands[1]![2]).toBeCloseTo(0.022871772, 8);
    expect(bands.map((band) => band.some((weight) => weight > 0))).not.toContain(false);
  });

  it('of Kaldi sum up to 1 between the first middle and the last', () => {
    const bands = rows(kaldi);
    for (const bin of [3, 50, 120, 250]) {
      expect(bands.reduce((sum, band) => sum + band[bin]!, 0)).toBeCloseTo(1, 5);
    }
  });

  it('end where they are told to', () => {
    const bands = rows({ ...whisper, highest: 4000 });
    expect(bands.every((band) => band.slice(101).every((weight) => weight === 0))).toBe(true);
    expect(bands[79]!.slice(90, 100).some((weight) => weight > 0)).toBe(true);
  });
});

it('takes the mean of a frame away, and emphasizes what is high', () => {
  const [matrix, bins] = [spectrumMatrix(kaldi), binsOf(kaldi)];
  const power = (samples: readonly number[], bin: number): number =>
    [bin, bins + bin].reduce((sum, row) => {
      const value = samples.reduce((total, sample, at) => total + sample * matrix[row * 400 + at]!, 0);
      return sum + value ** 2;
    }, 0);
  const steady = Array.from({ length: 400 }, () => 0.7);
  expect(power(steady, 0)).toBeLessThan(1e-9);
  expect(power(steady, 5)).toBeLessThan(1e-9);
  const tone = (bin: number): number[] =>
    Array.from({ length: 400 }, (_, at) => Math.sin((2 * Math.PI * bin * at) / 512));
  // |1 − 0.97·e^(−iω)|²
  const gain = (bin: number): number => 1 + 0.97 ** 2 - 2 * 0.97 * Math.cos((2 * Math.PI * bin) / 512);
  expect(power(tone(200), 200) / power(tone(40), 40)).toBeCloseTo(gain(200) / gain(40), 0);
});

it('has the frames that the edges ask for', () => {
  const framesOf = (options: MelOptions, samples: number) =>
    melSpectrogram(input('samples', 'float32', ['batch', samples]), options).shape;
  expect(framesOf(kaldi, 32000)).toEqual(['batch', 128, 198]);
  expect(framesOf(whisper, 480000)).toEqual(['batch', 80, 3001]);
  expect(framesOf({ ...whisper, edges: 'zeros' }, 16000)).toEqual(['batch', 80, 101]);
});
