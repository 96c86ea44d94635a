import type { SampleRandom, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import type { Waveform } from '@sensorium/modality-audio';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { audio } from './index.js';

type Given = z.input<typeof audio.options>;

const RATE = 1000;
const create = (given: Given) =>
  audio.create(audio.options.parse({ rate: RATE, seconds: 1, longest: 1, windows: 1, ...given }), new Map());
const ramp = (length: number, rate = RATE): Waveform => ({
  rate,
  channels: [Float32Array.from({ length }, (_, at) => (at + 1) / 10000)],
});
const randomOf = (seed: number): SampleRandom => ({ own: createRandom(seed, 'own'), row: createRandom(seed, 'row') });
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The sounds of all windows, and where they begin and end in them. */
function windowsOf({ samples, span }: Tensors): { sound: number[]; from: number; to: number; rest: number[] }[] {
  const [, count = 0, size = 0] = samples!.shape;
  return range(count).map((window) => {
    const all = Array.from(samples!.data, Number).slice(window * size, (window + 1) * size);
    const [from, to] = [Number(span!.data[window * 2]), Number(span!.data[window * 2 + 1])];
    return { sound: all.slice(from, to), from, to, rest: [...all.slice(0, from), ...all.slice(to)] };
  });
}
const valuesOf = (sound: Waveform, from = 0, to = Infinity): number[] => Array.from(sound.channels[0]!.slice(from, to));
async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

describe('a sound is kept', () => {
  it('as it is, and zeros behind it', () => {
    const [window] = windowsOf(create({}).prepare(ramp(600)));
    expect(window).toMatchObject({ from: 0, to: 600, sound: valuesOf(ramp(600)) });
    expect(window!.rest).toEqual(range(400).map(() => 0));
  });

  it('with its middle where it is too long', () => {
    const [window] = windowsOf(create({}).prepare(ramp(1401)));
    expect(window!.sound).toEqual(valuesOf(ramp(1401), 200, 1200));
  });

  it('as the mean of its channels, at the rate', () => {
    const stereo: Waveform = {
      rate: 2000,
      channels: [new Float32Array(800).fill(0.25), new Float32Array(800).fill(0.75)],
    };
    const [window] = windowsOf(create({}).prepare(stereo));
    expect(window!.to).toBe(400);
    expect(window!.sound[200]).toBeCloseTo(0.5, 4);
  });

  it('and what was done to it is told', () => {
    const encoder = create({});
    expect(encoder.notes!(ramp(600))).toEqual([]);
    const long: Waveform = { rate: 2000, channels: [new Float32Array(3000), new Float32Array(3000)] };
    expect(encoder.notes!(long)).toEqual([
      'resampled from 2000 to 1000 Hz',
      'the mean of its 2 channels',
      'cut to the 1 s in its middle, of 1.5',
    ]);
    expect(encoder.notes!({ ...ramp(600), original: { rate: 44100, channels: 1 } })).toEqual([
      'resampled from 44100 to 1000 Hz',
    ]);
  });
});

describe('windows', () => {
  it('of a long sound are evenly spaced, from its beginning to its end', () => {
    const encoder = create({ seconds: 0.4, longest: 3, windows: 3 });
    const windows = windowsOf(encoder.view!.draw(encoder.prepare(ramp(1000)), null));
    expect(windows.map(({ sound }) => sound)).toEqual(
      [0, 300, 600].map((start) => valuesOf(ramp(1000), start, start + 400)),
    );
  });

  it('are no more than a sound fills, and the others are empty', () => {
    const encoder = create({ seconds: 0.4, longest: 3, windows: 3 });
    const windows = windowsOf(encoder.view!.draw(encoder.prepare(ramp(500)), null));
    expect(windows.map(({ from, to }) => [from, to])).toEqual([
      [0, 400],
      [0, 400],
      [0, 0],
    ]);
  });

  it('of which there is one are the middle, and in training any part', () => {
    const encoder = create({ seconds: 0.4 });
    const kept = encoder.prepare(ramp(1000));
    const [middle] = windowsOf(encoder.view!.draw(kept, null));
    expect(middle!.sound).toEqual(valuesOf(ramp(1000), 300, 700));
    const starts = range(200).map((seed) => {
      const [{ sound } = { sound: [0] }] = windowsOf(encoder.view!.draw(kept, randomOf(seed)));
      expect(sound.length).toBe(400);
      return Math.round(sound[0]! * 10000) - 1;
    });
    expect(Math.min(...starts)).toBeLessThan(30);
    expect(Math.max(...starts)).toBeGreaterThan(570);
  });

  it('people hear as what was drawn', () => {
    const encoder = create({ seconds: 0.4 });
    const drawn = encoder.view!.draw(encoder.prepare(ramp(300)), null);
    expect(encoder.view!.value!(drawn)).toEqual(ramp(300));
  });
});

describe('a training sound', () => {
  const draw = (augment: Given['augment'], sound: Waveform, seed: number) => {
    const encoder = create({ augment });
    return windowsOf(encoder.view!.draw(encoder.prepare(sound), randomOf(seed)))[0]!;
  };

  it('moves by at most its shift, and loses what leaves the window', () => {
    const moves = range(100).map((seed) => {
      const { from, to, sound } = draw({ shift: 0.1 }, ramp(1000), seed);
      expect(to - from).toBe(sound.length);
      return from > 0 ? from : to - 1000;
    });
    expect(Math.max(...moves)).toBeGreaterThan(80);
    expect(Math.max(...moves)).toBeLessThanOrEqual(100);
    expect(Math.min(...moves)).toBeLessThan(-80);
    expect(Math.min(...moves)).toBeGreaterThanOrEqual(-100);
  });

  it('is played faster or slower', () => {
    const lengths = range(100).map((seed) => {
      const { sound } = draw({ stretch: 0.25 }, ramp(600), seed);
      // A ramp at another speed is a ramp of another slope, that begins where it began.
      const slope = sound[1]! - sound[0]!;
      expect(sound[0]).toBeCloseTo(1e-4, 6);
      expect(sound.at(-1)).toBeCloseTo(sound[0]! + slope * (sound.length - 1), 4);
      return sound.length;
    });
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(480);
    expect(Math.min(...lengths)).toBeLessThan(500);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(800);
    expect(Math.max(...lengths)).toBeGreaterThan(750);
  });

  it('is louder or softer by at most its gain, all of it alike', () => {
    const gains = range(100).map((seed) => {
      const { sound } = draw({ gain: 6 }, ramp(600), seed);
      const factor = sound[0]! / 1e-4;
      expect(sound[599]! / 0.06).toBeCloseTo(factor, 4);
      return 20 * Math.log10(factor);
    });
    expect(Math.max(...gains.map(Math.abs))).toBeLessThanOrEqual(6.001);
    expect(Math.max(...gains)).toBeGreaterThan(5);
    expect(Math.min(...gains)).toBeLessThan(-5);
  });

  it('has noise of at most a share of its own deviation, and none around it', () => {
    const tone: Waveform = { rate: RATE, channels: [Float32Array.from({ length: 600 }, (_, at) => Math.sin(at))] };
    const shares = range(60).map((seed) => {
      const { sound, rest } = draw({ noise: 0.2 }, tone, seed);
      expect(rest.every((sample) => sample === 0)).toBe(true);
      const error = sound.reduce((sum, sample, at) => sum + (sample - Math.sin(at)) ** 2, 0) / 600;
      return Math.sqrt(error * 2);
    });
    expect(Math.max(...shares)).toBeLessThan(0.23);
    expect(Math.max(...shares)).toBeGreaterThan(0.17);
    expect(Math.min(...shares)).toBeLessThan(0.03);
  });
});

describe('the training table tells', () => {
  const learn = (given: Given, sounds: readonly Waveform[]) =>
    audio.learn!(audio.options.parse(given), each(sounds), new Map());

  it('rate, window and longest', async () => {
    const sounds = [...range(19).map(() => ramp(4000, 8000)), ramp(24000, 16000)];
    expect(await learn({}, sounds)).toMatchObject({ rate: 8000, seconds: 0.5, windows: 1, longest: 1.5 });
  });

  it('several windows of long sounds, and no higher rate than 16 kHz', async () => {
    const sounds = range(5).map(() => ramp(441_000, 44100));
    expect(await learn({}, sounds)).toMatchObject({ rate: 16000, seconds: 2, windows: 3, longest: 10 });
  });

  it('nothing that is given', async () => {
    const given = { rate: 4000, seconds: 0.1, windows: 2, longest: 0.3 };
    expect(await learn(given, [ramp(8000, 8000)])).toMatchObject(given);
  });

  it.each([
    ['ast', { rate: 16000, seconds: 10.24, windows: 1 }],
    ['imagebind', { rate: 16000, seconds: 2, windows: 3 }],
    ['whisper', { rate: 16000, seconds: 30, windows: 1 }],
  ] as const)('and %s has its published ones', async (mel, expected) => {
    expect(await learn({ mel }, [ramp(8000, 8000)])).toMatchObject(expected);
  });

  it('what people want to know of it', async () => {
    const encoder = create({ seconds: 0.4, longest: 3, windows: 3 });
    const sounds = each([ramp(500), ramp(8000, 8000)].map((value) => ({ value, rows: 1, trained: 1 })));
    expect((await encoder.survey!(sounds)).facts).toEqual([
      '1000 Hz, 8000 Hz',
      '0.5 to 1 s',
      'heard in 3 windows of 0.4 s at 1000 Hz',
    ]);
  });

  it('and without one it must be given', () => {
    expect(() => audio.create(audio.options.parse({}), new Map())).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_MANIFEST_INVALID' }),
    );
  });
});
