import { describe, expect, it } from 'vitest';
import { toOnnx } from '../onnx/write.js';
import { numbers, withSession } from '../testing/evaluate.js';
import { errorsOf } from '../testing/gradient-check.js';
import { relativeError, spreadTensor } from '../testing/numbers.js';
import { interpolate, type ResizeCase } from '../testing/resize-reference.js';
import { input } from '../value.js';
import { resize, type ResizeTarget } from './resize.js';

const coordinates = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
] as const;
const nearest = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

const cases: readonly ResizeCase[] = [
  ...coordinates.flatMap((own): ResizeCase[] => [
    ...nearest.map((rounding): ResizeCase => ({
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

const describeCase = ({ x, to, ...options }: ResizeCase): string =>
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
