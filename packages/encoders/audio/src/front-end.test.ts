import type { Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { input } from '@sensorium/graph';
import { runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { spectrogram } from './front-end.js';
import { presets } from './presets.js';

const RATE = 16000;
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);

/** Noise under two tones, one of which rises, with a constant offset. */
function sound(length: number): Float32Array {
  const random = createRandom(1, 'sound');
  return Float32Array.from({ length }, (_, at) => {
    const [steady, rising] = [Math.sin(at * 0.21), Math.sin(at * 0.05 + at * at * 4e-6)];
    return 0.05 + 0.2 * steady + 0.3 * rising + 0.05 * random.normal();
  });
}

/** Graph of a window of so many samples, of which some are of the sound. */
async function computed(name: keyof typeof presets, samples: Float32Array, length = samples.length) {
  const fed = samples.map((sample, at) => (at < length ? sample : 0));
  const graph = spectrogram(
    { samples: input('samples', 'float32', ['batch', fed.length]), span: input('span', 'float32', ['batch', 2]) },
    presets[name].frontEnd(RATE),
  );
  const outputs = await runGraph(
    { values: graph.values, mask: graph.mask },
    {
      samples: { dtype: 'float32', shape: [1, fed.length], data: fed },
      span: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(0, length) },
    },
  );
  return { values: numbers(outputs['values']), mask: numbers(outputs['mask']), shape: outputs['values']!.shape };
}

/** The power of one frequency of a frame, term by term. */
function powerOf(frame: readonly number[], bin: number, transform: number): number {
  const angle = (at: number): number => (2 * Math.PI * ((bin * at) % transform)) / transform;
  const real = sum(frame.map((value, at) => value * Math.cos(angle(at))));
  const imaginary = sum(frame.map((value, at) => value * Math.sin(angle(at))));
  return real ** 2 + imaginary ** 2;
}

/** torchaudio.compliance.kaldi.fbank as AST and ImageBind call it: [frames][128], on a sound without its mean. */
function kaldiBanks(sampled: readonly number[]): number[][] {
  const mean = sum(sampled) / sampled.length;
  const samples = sampled.map((value) => value - mean);
  const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);
  const [low, high] = [mel(20), mel(8000)];
  const delta = (high - low) / 129;
  return range(1 + Math.floor((samples.length - 400) / 160)).map((index) => {
    const raw = samples.slice(index * 160, index * 160 + 400);
    const offset = sum(raw) / 400;
    const centred = raw.map((value) => value - offset);
    const emphasized = centred.map((value, at) => value - 0.97 * centred[Math.max(0, at - 1)]!);
    const windowed = emphasized.map((value, at) => value * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / 399)));
    const power = range(256).map((bin) => powerOf(windowed, bin, 512));
    return range(128).map((band) => {
      const left = low + band * delta;
      const weights = range(256).map((bin) => {
        const at = mel((bin * 16000) / 512);
        return Math.max(0, Math.min((at - left) / delta, (left + 2 * delta - at) / delta));
      });
      return Math.log(Math.max(sum(power.map((value, bin) => value * weights[bin]!)), 1.1920928955078125e-7));
    });
  });
}

/** whisper.audio.log_mel_spectrogram: [frames][80]. */
function whisperBanks(samples: readonly number[]): number[][] {
  const padded = [...samples.slice(1, 201).reverse(), ...samples, ...samples.slice(-201, -1).reverse()];
  const hertz = (mel: number): number => (mel < 15 ? (mel * 200) / 3 : 1000 * 6.4 ** ((mel - 15) / 27));
  const highest = 15 + (27 * Math.log(8)) / Math.log(6.4);
  const edges = range(82).map((edge) => hertz((highest * edge) / 81));
  const logs = range(samples.length / 160).map((index) => {
    const windowed = padded
      .slice(index * 160, index * 160 + 400)
      .map((value, at) => value * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / 400)));
    const power = range(201).map((bin) => powerOf(windowed, bin, 400));
    return range(80).map((band) => {
      const [left, peak, right] = edges.slice(band, band + 3) as [number, number, number];
      const energy = sum(
        power.map((value, bin) => {
          const at = bin * 40;
          return value * Math.max(0, Math.min((at - left) / (peak - left), (right - at) / (right - peak)));
        }),
      );
      return Math.log10(Math.max((energy * 2) / (right - left), 1e-10));
    });
  });
  const peak = Math.max(...logs.flat());
  return logs.map((frame) => frame.map((value) => (Math.max(value, peak - 8) + 4) / 4));
}

/** [T][bands] → [bands,T] with columns of one value behind. */
const transposed = (frames: readonly number[][], padding: number, value: number): number[] =>
  frames[0]!.flatMap((_, band) => [...frames.map((frame) => frame[band]!), ...range(padding).map(() => value)]);

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  const worst = Math.max(
    ...found.map((value, index) => Math.abs(value - expected[index]!) / Math.max(1e-1, Math.abs(expected[index]!))),
  );
  expect(worst).toBeLessThan(1e-3);
}

describe('a spectrogram is the published formula in double precision', () => {
  it.each([
    ['ast', -4.2677393, 2 * 4.5689974, 2],
    ['imagebind', -4.268, 9.138, 6],
  ] as const)('%s', async (name, mean, deviation, padding) => {
    const samples = sound(RATE / 4);
    const { values } = await computed(name, samples);
    const banks = kaldiBanks(Array.from(samples)).map((frame) => frame.map((value) => (value - mean) / deviation));
    expectClose(values, transposed(banks, padding, -mean / deviation));
  });

  it('whisper', async () => {
    const samples = sound(RATE / 4);
    expectClose((await computed('whisper', samples)).values, transposed(whisperBanks(Array.from(samples)), 0, 0));
  });

  it('default', async () => {
    const samples = sound(RATE / 4);
    const padded = [...range(200).map(() => 0), ...Array.from(samples), ...range(200).map(() => 0)];
    const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);
    const delta = (mel(8000) - mel(50)) / 65;
    const logs = range(25).map((index) => {
      const windowed = padded
        .slice(index * 160, index * 160 + 400)
        .map((value, at) => value * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / 400)));
      const power = range(256).map((bin) => powerOf(windowed, bin, 512));
      return range(64).map((band) => {
        const left = mel(50) + band * delta;
        const energy = sum(
          power.map((value, bin) => {
            const at = mel((bin * 16000) / 512);
            return value * Math.max(0, Math.min((at - left) / delta, (left + 2 * delta - at) / delta));
          }),
        );
        return Math.log10(Math.max(energy, 1e-10));
      });
    });
    const peak = Math.max(...logs.flat());
    const all = logs.flat().map((value) => Math.max(value, peak - 8));
    const mean = sum(all) / all.length;
    const deviation = Math.sqrt(sum(all.map((value) => (value - mean) ** 2)) / all.length + 1e-5);
    const expected = logs.map((frame) => frame.map((value) => (Math.max(value, peak - 8) - mean) / deviation));
    expectClose((await computed('default', samples)).values, transposed(expected, 0, 0));
  });
});

describe('the published sizes', () => {
  it.each([
    ['ast', 128, 1024],
    ['imagebind', 128, 204],
    ['whisper', 80, 3000],
  ] as const)('%s has %i bands of %i frames', (name, bands, frames) => {
    const { rate, seconds, frontEnd } = presets[name];
    const samples = input('samples', 'float32', ['batch', rate! * seconds!]);
    const { values } = spectrogram({ samples, span: input('span', 'float32', ['batch', 2]) }, frontEnd(rate!));
    expect(values.shape).toEqual(['batch', bands, frames]);
  });
});

describe('of a sound that is shorter than its window', () => {
  it('the frames that lie within it are those of the sound alone, and others the zeros of the published input', async () => {
    const samples = sound(RATE / 4);
    const whole = await computed('ast', samples, 2500);
    const alone = await computed('ast', samples.slice(0, 2500));
    const frames = 1 + Math.floor((2500 - 400) / 160);
    expect(whole.mask).toEqual(range(whole.shape[2]!).map((frame) => Number(frame < frames)));
    const rows = range(128).map((band) => whole.values.slice(band * whole.shape[2]!, (band + 1) * whole.shape[2]!));
    const own = range(128).map((band) => alone.values.slice(band * alone.shape[2]!, (band + 1) * alone.shape[2]!));
    expectClose(
      rows.flatMap((row) => row.slice(0, frames)),
      own.flatMap((row) => row.slice(0, frames)),
    );
    const zero = 4.2677393 / (2 * 4.5689974);
    expect(rows.flatMap((row) => row.slice(frames)).every((value) => Math.abs(value - zero) < 1e-6)).toBe(true);
  });

  it('the default has the same mean and deviation as of the sound alone', async () => {
    const samples = sound(RATE / 4);
    const [whole, alone] = [
      await computed('default', samples, 2400),
      await computed('default', samples.slice(0, 2400)),
    ];
    const rows = range(64).flatMap((band) => whole.values.slice(band * 25, band * 25 + 15));
    expectClose(rows, alone.values);
    expect(whole.mask).toEqual(range(25).map((frame) => Number(frame < 15)));
  });

  it('silence is finite', async () => {
    for (const name of ['default', 'ast', 'whisper'] as const) {
      const { values } = await computed(name, new Float32Array(4000));
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });
});
