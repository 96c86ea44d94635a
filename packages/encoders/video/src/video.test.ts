import { required } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import type { Clip, Raster } from '@sensorium/modality-video';
import { conformsAsEncoder, conformsToReadme, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { video } from './index.js';

type Given = z.input<typeof video.options>;

const clipOf = (frames: readonly Raster[]): Clip => ({
  frames,
  times: Float64Array.from(frames, (_, index) => index / 10),
});
const noise = (count: number, width: number, height: number): Clip =>
  clipOf(
    Array.from({ length: count }, (_, frame) => ({
      width,
      height,
      channels: 3,
      data: createRandom(frame, 'film').bytes(width * height * 3),
    })),
  );
/** Frames of one colour each: 1, 2, 3 … */
const counting = (count: number): Clip =>
  clipOf(
    Array.from({ length: count }, (_, frame) => ({
      width: 8,
      height: 8,
      channels: 1,
      data: new Uint8Array(64).fill(frame + 1),
    })),
  );

conformsAsEncoder(video, {
  options: [
    { frames: 3, pixels: 16, channels: 4, dim: 8 },
    { size: 'tiny', frames: 4, pixels: 12, fit: 'contain', dim: 12, channels: 3, depth: 2, layers: 2, dropout: 0.3 },
    { frames: 2, pixels: 8, dim: 4, channels: 2, rate: 5, augment: { time: 0.5, crop: 0.2, flip: true } },
    { frames: 2, pixels: 8, dim: 4, channels: 2, augment: { time: 0.5 } },
  ],
  values: [noise(6, 16, 16), noise(2, 20, 10), noise(1, 5, 9), counting(5)],
});
conformsToReadme(video, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const create = (given: Given) => video.create(video.options.parse({ pixels: 8, ...given }), new Map());
const levels = ({ frames, valid }: { [name: string]: { data: ArrayLike<number | bigint> } }): number[] =>
  Array.from(valid!.data, (flag, index) => (Number(flag) === 1 ? Number(frames!.data[index * 192]) : 0));

describe('the frames', () => {
  it('are told to decoding, and taken evenly of a clip that has more', () => {
    expect(create({ frames: 4 }).needs).toEqual({ frames: 4, rate: 0, width: 8, height: 8, fit: 'cover' });
    expect(levels(create({ frames: 4 }).prepare(counting(8)))).toEqual([2, 4, 6, 8]);
    expect(levels(create({ frames: 4, rate: 10 }).prepare(counting(8)))).toEqual([3, 4, 5, 6]);
  });

  it('of a shorter clip are followed by nothing', () => {
    expect(levels(create({ frames: 4 }).prepare(counting(2)))).toEqual([1, 2, 0, 0]);
  });

  it('are drawn of twice as many where time is cut', () => {
    const encoder = create({ frames: 4, augment: { time: 0.5 } });
    expect(encoder.needs).toMatchObject({ frames: 8 });
    const kept = encoder.prepare(counting(8));
    expect(levels(encoder.view!.draw(kept, null))).toEqual([2, 4, 6, 8]);
    const drawn = Array.from({ length: 200 }, (_, seed) => {
      const random = { own: createRandom(seed, 'own'), row: createRandom(seed, 'row') };
      return levels(encoder.view!.draw(kept, random));
    });
    expect(new Set(drawn.map(([first]) => first))).toEqual(new Set([1, 2, 3, 4, 5]));
    for (const frames of drawn) {
      const shown = frames.filter((level) => level > 0);
      expect(shown).toEqual([...new Set(shown)].sort((a, b) => a - b));
      expect(shown.length).toBeGreaterThanOrEqual(3);
    }
  });

  it('are a run at a rate, anywhere in training', () => {
    const encoder = create({ frames: 2, rate: 10, augment: { time: 0.5 } });
    const kept = encoder.prepare(counting(4));
    expect(levels(encoder.view!.draw(kept, null))).toEqual([2, 3]);
    const starts = Array.from({ length: 60 }, (_, seed) => {
      const random = { own: createRandom(seed, 'own'), row: createRandom(seed, 'row') };
      const [first, second] = levels(encoder.view!.draw(kept, random));
      expect(second).toBe(first! + 1);
      return first;
    });
    expect(new Set(starts)).toEqual(new Set([1, 2, 3]));
  });

  it('are mirrored and shifted all alike', () => {
    const left: Raster = { width: 8, height: 8, channels: 1, data: Uint8Array.from({ length: 64 }, (_, at) => at % 8) };
    const encoder = create({ frames: 3, augment: { flip: true, crop: 0.25 } });
    const kept = encoder.prepare(clipOf([left, left, left]));
    const seen = Array.from({ length: 40 }, (_, seed) => {
      const random = { own: createRandom(seed, 'own'), row: createRandom(seed, 'row') };
      const { data } = encoder.view!.draw(kept, random)['frames']!;
      const frames = [0, 1, 2].map((frame) =>
        Array.from(data, Number)
          .slice(frame * 192, (frame + 1) * 192)
          .join(),
      );
      expect(new Set(frames).size).toBe(1);
      return frames[0];
    });
    expect(new Set(seen).size).toBeGreaterThan(5);
  });
});

it('sees with weights of their own what changes from frame to frame, and nothing where all stands still', async () => {
  const encoder = create({ frames: 4, size: 'tiny' });
  const scope = createScope();
  const { frames, valid } = encoder.kept;
  const x = {
    frames: input('frames', 'uint8', ['batch', ...frames!.shape]),
    valid: input('valid', 'uint8', ['batch', ...valid!.shape]),
  };
  const { tokens } = encoder.build(scope, x, input('present', 'float32', ['batch', 1]));
  const weights = someWeights(scope.parameters);
  const name = 'change/grid/stage0/weight';
  const first = required(weights[name], name);
  const others = { ...weights, [name]: { ...first, data: (first.data as Float32Array).map((value) => -value) } };
  const tokensOf = async (clip: Clip, own: typeof weights): Promise<number[]> => {
    const present = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) } as const;
    const found = await runGraph({ tokens }, { ...encoder.prepare(clip), present }, own);
    return Array.from(found['tokens']!.data, Number);
  };
  const [moving, [frame]] = [noise(4, 8, 8), noise(4, 8, 8).frames];
  const still = clipOf(Array.from({ length: 4 }, () => frame!));
  expect(await tokensOf(still, others)).toEqual(await tokensOf(still, weights));
  expect(await tokensOf(moving, others)).not.toEqual(await tokensOf(moving, weights));
});

it('tells what was done to frames that are no square, and what it sees', async () => {
  expect(create({}).notes!(noise(1, 16, 8))).toEqual(['16×8 was cut to a square']);
  const survey = await create({}).survey!(
    (async function* () {
      yield { value: noise(1, 16, 8), rows: 1, trained: 1 };
    })(),
  );
  expect(survey.facts).toEqual(['16×8', 'seen as 8 frames of 8×8 pixels']);
});
