import type { Features, Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input, type Parameter } from '@sensorium/graph';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { audio } from './index.js';

type Given = z.input<typeof audio.options>;

const RATE = 2000;
const encoderOf = (given: Given) =>
  audio.create(
    audio.options.parse({ rate: RATE, seconds: 0.4, longest: 0.4, windows: 1, dim: 5, channels: 2, ...given }),
    new Map(),
  );

function build(given: Given): { features: Features; parameters: readonly Parameter[]; shape: readonly number[] } {
  const encoder = encoderOf(given);
  const { samples, span } = encoder.view?.fed ?? encoder.kept;
  const scope = createScope();
  const x = {
    samples: input('samples', 'float32', ['batch', ...samples!.shape]),
    span: input('span', 'float32', ['batch', ...span!.shape]),
  };
  const features = encoder.build(scope, x, input('present', 'float32', ['batch', 1]));
  return { features, parameters: scope.parameters, shape: samples!.shape };
}

const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);

/** Noise in windows, of which so many samples are of a sound. */
function windows([count = 0, size = 0]: readonly number[], lengths: readonly number[], outside = 0): Tensors {
  const random = createRandom(1, 'windows');
  const samples = Float32Array.from({ length: count * size }, (_, index) => {
    const sample = random.normal() / 4;
    return index % size < lengths[Math.floor(index / size)]! ? sample : outside;
  });
  return {
    samples: { dtype: 'float32', shape: [1, count, size], data: samples },
    span: { dtype: 'float32', shape: [1, count, 2], data: Float32Array.from(lengths.flatMap((length) => [0, length])) },
    present: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) },
  };
}

async function run(given: Given, lengths: readonly number[]) {
  const { features, parameters, shape } = build(given);
  const { tokens, mask, pooled } = features;
  return runGraph({ tokens, mask, pooled }, windows(shape, lengths), someWeights(parameters));
}

describe('the features', () => {
  it('have a token every 80 ms, of which those of the sound count', async () => {
    const { tokens, mask, pooled } = await run({}, [500]);
    expect(tokens!.shape).toEqual([1, 5, 5]);
    // 500 samples are 25 frames, and a token is of 8 of them.
    expect(numbers(mask)).toEqual([1, 1, 1, 1, 0]);
    const rows = numbers(tokens);
    expectAllClose(
      numbers(pooled),
      [0, 1, 2, 3, 4].map((column) => [0, 1, 2, 3].reduce((sum, row) => sum + rows[row * 5 + column]!, 0) / 4),
    );
  });

  it.each([{}, { mel: 'ast' }] as const)('are the same in a longer window: %o', async (given) => {
    const [short, long] = [await run(given, [640]), await run({ ...given, seconds: 0.8, longest: 0.8 }, [640])];
    // Noise begins alike in both.
    expectAllClose(numbers(long['pooled']), numbers(short['pooled']));
    expectAllClose(numbers(long['tokens']).slice(0, 20), numbers(short['tokens']).slice(0, 20));
  });

  it('of several windows are those of each, one after the other', async () => {
    const several = { seconds: 0.4, longest: 2, windows: 3 };
    const all = await run(several, [800, 800, 300]);
    const first = await run({}, [800]);
    expect(build(several).features.grid).toEqual([3, 5]);
    expectAllClose(numbers(all['tokens']).slice(0, 25), numbers(first['tokens']));
    expect(numbers(all['mask'])).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  });

  it('do not hear how loud a sound is', async () => {
    const { features, parameters, shape } = build({});
    const fed = windows(shape, [800]);
    const soft = { ...fed['samples']!, data: Float32Array.from(numbers(fed['samples']), (sample) => sample / 50) };
    const run = (own: Tensors) => runGraph({ pooled: features.pooled }, own, someWeights(parameters));
    const [loud, quiet] = [await run(fed), await run({ ...fed, samples: soft })];
    expectAllClose(numbers(quiet['pooled']), numbers(loud['pooled']), { relative: 1e-3, absolute: 1e-3 });
  });

  it.each([
    ['tiny', 64, 3],
    ['small', 128, 4],
    ['base', 256, 4],
  ] as const)('of the size %s are %i wide, of %i blocks', (size, dim, depth) => {
    const { features, parameters } = build({ size, dim: undefined, channels: undefined });
    expect(features.pooled.shape).toEqual(['batch', dim]);
    const blocks = new Set(parameters.flatMap(({ name }) => /^block\d/.exec(name) ?? []));
    expect(blocks.size).toBe(depth);
  });
});

describe('a mixture', () => {
  const spec = (name: string, shape: number[]) => input(name, 'float32', ['batch', ...shape]);
  const mixed = async (ratio: number, a: Tensors, b: Tensors) => {
    const encoder = encoderOf({});
    const symbols = (owner: string) => ({
      samples: spec(`${owner}.samples`, [1, 800]),
      span: spec(`${owner}.span`, [1, 2]),
    });
    const asked = input('ratio', 'float32', []);
    const { x, ratio: own } = encoder.mix!(createScope({ mode: 'training' }), symbols('a'), symbols('b'), asked);
    return runGraph(
      { ...x, share: own },
      {
        'a.samples': a['samples']!,
        'a.span': a['span']!,
        'b.samples': b['samples']!,
        'b.span': b['span']!,
        ratio: { dtype: 'float32', shape: [], data: Float32Array.of(ratio) },
      },
    );
  };
  const tone = (height: number, length: number, from = 0): Tensors => ({
    samples: {
      dtype: 'float32',
      shape: [1, 1, 800],
      data: Float32Array.from({ length: 800 }, (_, at) => (at >= from && at < from + length ? height : 0)),
    },
    span: { dtype: 'float32', shape: [1, 1, 2], data: Float32Array.of(from, from + length) },
  });

  it.each([0.1, 0.5, 0.8])('has each of both by how loud it is heard, at %f', async (ratio) => {
    const { samples, span, share } = await mixed(ratio, tone(0.4, 300), tone(-0.1, 500, 200));
    // Tokozume et al. 2018, equation 2, with the levels of both in dB.
    const [first, second] = [20 * Math.log10(0.4), 20 * Math.log10(0.1)];
    const p = 1 / (1 + 10 ** ((first - second) / 20) * ((1 - ratio) / ratio));
    const scale = Math.sqrt(p ** 2 + (1 - p) ** 2);
    const expected = [(p * 0.4) / scale, (p * 0.4 - (1 - p) * 0.1) / scale, (-(1 - p) * 0.1) / scale];
    expectAllClose(
      [0, 250, 600].map((at) => Number(samples!.data[at])),
      expected,
    );
    expect(numbers(span)).toEqual([0, 700]);
    expect(numbers(share)[0]).toBeCloseTo(ratio, 6);
  });

  it('of two silent sounds is silent', async () => {
    const { samples } = await mixed(0.3, tone(0, 300), tone(0, 300));
    expect(numbers(samples).every((sample) => sample === 0)).toBe(true);
  });
});
