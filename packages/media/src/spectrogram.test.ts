import { describe, expect, it } from 'vitest';
import { spectrogram } from './spectrogram.js';
import { atOnce } from './steps.js';
import type { Waveform } from './waveform.js';

const RATE = 16_000;
const [width, height] = [40, 64];
const tone = (frequencyAt: (second: number) => number, seconds: number, rate = RATE): Waveform => ({
  rate,
  channels: [
    Float32Array.from({ length: rate * seconds }, (_, at) =>
      Math.sin((2 * Math.PI * frequencyAt(at / rate) * at) / rate),
    ),
  ],
});
/** The row of the brightest pixel of a column, from below, as a frequency. */
function loudest(sound: Waveform, column: number, highest: number): number {
  const { data } = atOnce(spectrogram(sound, { width, height }));
  const light = (row: number): number =>
    [0, 1, 2].reduce((sum, channel) => sum + (data[3 * (row * width + column) + channel] as number), 0);
  const rows = Array.from({ length: height }, (_, row) => row);
  const brightest = rows.reduce((best, row) => (light(row) > light(best) ? row : best));
  return ((height - brightest - 0.5) / height) * highest;
}

describe('a spectrogram', () => {
  it('is brightest where a tone is', () => {
    for (const frequency of [500, 2000, 6500]) {
      const found = loudest(
        tone(() => frequency, 1),
        20,
        8000,
      );
      expect(Math.abs(found - frequency)).toBeLessThan(8000 / height);
    }
  });

  it('has time to the right, and above 8 kHz nothing', () => {
    const two = tone((second) => (second < 0.5 ? 1000 : 3000), 1, 44_100);
    expect(Math.abs(loudest(two, 5, 8000) - 1000)).toBeLessThan(200);
    expect(Math.abs(loudest(two, 34, 8000) - 3000)).toBeLessThan(200);
  });

  it('reaches up to what the rate can hold', () => {
    expect(
      Math.abs(
        loudest(
          tone(() => 3000, 1, 8000),
          20,
          4000,
        ) - 3000,
      ),
    ).toBeLessThan(100);
  });

  it.each([
    ['silence', new Float32Array(4000)],
    ['a sample', Float32Array.of(0.5)],
    ['nothing', new Float32Array()],
  ])('is there for %s, too', (_, samples) => {
    const { data } = atOnce(spectrogram({ rate: RATE, channels: [samples] }, { width, height }));
    expect(data).toHaveLength(width * height * 3);
  });
});
