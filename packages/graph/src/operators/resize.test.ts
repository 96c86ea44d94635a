import { describe, expect, it } from 'vitest';
import { toOnnx } from '../onnx/write.js';
import { numbers, withSession } from '../testing/evaluate.js';
import { errorsOf } from '../testing/gradient-check.js';
import { indices, position, range, relativeError, spreadTensor, total } from '../testing/numbers.js';
import { input } from '../value.js';
import { resize, type ResizeOptions, type ResizeTarget } from './resize.js';

interface Case extends ResizeOptions {
  readonly x: readonly number[];
  readonly to: ResizeTarget;
}

const coordinates = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
] as const;
const nearest = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

const cases: readonly Case[] = [
  ...coordinates.flatMap((own): Case[] => [
    ...nearest.map((rounding): Case => ({
      x: [1, 2, 4, 3],
      to: { sizes: [6, 8] },
      coordinates: own,
      nearest: rounding,
    })),
    { x: [2, 1, 5, 6], to: { sizes: [2, 3] }, coordinates: own },
    { x: [2, 1, 3, 4], to: { sizes: [7, 6] }, mode: 'linear', coordinates: own },
    { x: [1, 2, 5, 6], to: { sizes: [3, 1] }, mode: 'linear', coordinates: own },
    { x: [2, 1, 4, 3], to: { sizes: [6, 7] }, mode: 'cubic', coordinates: own },
    { x: [1, 1, 7, 6], to: { sizes: [3, 1] }, mode: 'cubic', coordinates: own },
  ]),
  { x: [2, 2, 3, 4], to: { scales: [2, 2] } },
  { x: [1, 2, 5, 4], to: { scales: [1.5, 0.75] }, mode: 'linear' },
  { x: [1, 2, 5, 4], to: { scales: [1, 2.5] }, mode: 'linear', coordinates: 'asymmetric' },
  { x: [1, 2, 5, 4], to: { scales: [1.3, 1.7] }, mode: 'cubic' },
  { x: [1, 2, 5, 4], to: { sizes: [8, 9] }, mode: 'cubic', cubicCoefficient: -0.5 },
  { x: [1, 2, 5, 4], to: { sizes: [8, 9] }, mode: 'cubic', excludeOutside: true },
  { x: [2, 3, 5], to: { sizes: [8] } },
  { x: [2, 3, 5], to: { scales: [1.7] }, mode: 'linear' },
  { x: [2, 3, 5], to: { sizes: [8] }, mode: 'cubic' },
  { x: [2, 3, 5], to: { scales: [0.7] }, mode: 'cubic' },
  { x: [1, 2, 2, 3, 4], to: { sizes: [4, 5, 2] } },
  { x: [1, 2, 2, 3, 4], to: { sizes: [3, 3, 6] }, mode: 'linear' },
];

const describeCase = ({ x, to, ...options }: Case): string =>
  `[${x.join(',')}] to ${JSON.stringify(to)} ${Object.values(options).join(' ')}`;

describe('resizing has the values and gradients of its formula', () => {
  it.each(cases.map((one) => [describeCase(one), one] as const))('%s', async (_, one) => {
    const errors = await errorsOf({
      shapes: [one.x],
      build: (x) => resize(x, one.to, one),
      formula: (x) => interpolate(one, x),
    });
    expect(errors.value).toBeLessThan(1e-5);
    expect(errors.gradient).toBeLessThan(1e-5);
  });
});

/** Every element as the sum over its neighbours along all axes, each with the product of the axes' weights. */
function interpolate(one: Case, values: readonly number[]): number[] {
  const { x, to } = one;
  const spatial = x.slice(2);
  const scales = 'scales' in to ? to.scales : to.sizes.map((size, axis) => size / spatial[axis]!);
  const sizes = 'sizes' in to ? to.sizes : to.scales.map((scale, axis) => Math.floor(scale * spatial[axis]!));
  return indices([...x.slice(0, 2), ...sizes]).map((index) => {
    const along = spatial.map((size, axis) =>
      neighbours(original(index[2 + axis]!, size, sizes[axis]!, scales[axis]!, one), size, one),
    );
    const choices = indices(along.map(({ length }) => length));
    return total(
      choices.map((choice) => {
        const taken = choice.map((k, axis) => along[axis]![k]!);
        const weight = taken.reduce((product, own) => product * own.weight, 1);
        return weight * values[position(x, [...index.slice(0, 2), ...taken.map(({ at }) => at)])]!;
      }),
    );
  });
}

/** The coordinate in the original, from the definition of Resize. */
function original(element: number, from: number, to: number, scale: number, { coordinates = 'half_pixel' }: Case) {
  if (scale === 1) return element;
  return {
    half_pixel: (element + 0.5) / scale - 0.5,
    pytorch_half_pixel: to > 1 ? (element + 0.5) / scale - 0.5 : 0,
    tf_half_pixel_for_nn: (element + 0.5) / scale,
    asymmetric: element / scale,
    align_corners: to > 1 ? (element * (from - 1)) / (to - 1) : 0,
  }[coordinates];
}

function neighbours(coordinate: number, size: number, one: Case): { at: number; weight: number }[] {
  const { mode = 'nearest', nearest: rounding = 'round_prefer_floor', cubicCoefficient: a = -0.75 } = one;
  const clamp = (at: number): number => Math.max(0, Math.min(size - 1, at));
  // Coordinates such as 5 / (5/3) are whole, whatever the last bit says.
  const exact = Math.round(coordinate * 1e6) / 1e6;
  if (mode === 'nearest') {
    const floor = Math.floor(exact);
    const half = exact - floor === 0.5;
    const rounded = {
      round_prefer_floor: half ? floor : Math.round(exact),
      round_prefer_ceil: half ? floor + 1 : Math.round(exact),
    };
    return [{ at: clamp({ ...rounded, floor, ceil: Math.ceil(exact) }[rounding]), weight: 1 }];
  }
  if (mode === 'linear') {
    // Hat functions, with the coordinate held inside.
    return range(size).map((at) => ({ at, weight: Math.max(0, 1 - Math.abs(clamp(coordinate) - at)) }));
  }
  const kernel = (d: number): number => {
    if (d >= 2) return 0;
    return d <= 1 ? (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1 : a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a;
  };
  const taps = range(size + 8).map((k) => ({ at: k - 4, weight: kernel(Math.abs(exact - (k - 4))) }));
  if (!one.excludeOutside) return taps.map(({ at, weight }) => ({ at: clamp(at), weight }));
  const kept = taps.filter(({ at }) => at >= 0 && at < size);
  const sum = total(kept.map(({ weight }) => weight));
  return kept.map(({ at, weight }) => ({ at, weight: weight / sum }));
}

it('runs with any number of images, to sizes and to scales', async () => {
  const x = input('x', 'float32', ['batch', 1, 3, 3]);
  const targets: Record<string, ResizeTarget> = { sizes: { sizes: [5, 7] }, scales: { scales: [1.7, 2.4] } };
  for (const target of Object.values(targets)) {
    const y = resize(x, target, { mode: 'linear' });
    expect(y.shape).toEqual(['batch', 1, 5, 7]);
    await withSession(toOnnx({ outputs: { y } }), async (session) => {
      for (const batch of [1, 3]) {
        const images = spreadTensor('float32', [batch, 1, 3, 3], batch);
        const result = await session.run({ x: images });
        const expected = interpolate({ x: [batch, 1, 3, 3], to: target, mode: 'linear' }, numbers(images));
        expect(result['y']?.shape).toEqual([batch, 1, 5, 7]);
        expect(relativeError(numbers(result['y']), expected)).toBeLessThan(1e-6);
      }
    });
  }
});

it('does nothing where the size stays', () => {
  const x = input('x', 'float32', ['batch', 1, 3, 3]);
  expect(resize(x, { sizes: [3, 3] }, { mode: 'cubic' })).toBe(x);
});

it.each<[string, readonly number[], ResizeTarget, RegExp]>([
  ['sizes of other axes', [1, 1, 3, 3], { sizes: [3] }, /\[1,1,3,3\] to \[3\]/],
  ['a size of 0', [1, 1, 3, 3], { sizes: [0, 1] }, /one positive number/],
  ['half a pixel', [1, 1, 3, 3], { sizes: [1.5, 1] }, /one positive number/],
  ['a scale of infinity', [1, 1, 3, 3], { scales: [Infinity, 1] }, /one positive number/],
  ['scales that leave nothing', [1, 1, 3, 3], { scales: [0.2, 1] }, /nothing is left/],
  ['what is not an image', [3, 3], { sizes: [] }, /\[B,C,…spatial\]/],
  ['cubic interpolation of volumes', [1, 1, 2, 2, 2], { sizes: [3, 3, 3] }, /cubic/],
])('refuses %s', (_, shape, target, message) => {
  expect(() => resize(input('x', 'float32', shape), target, { mode: 'cubic' })).toThrow(message);
});
