import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { at, knownSize } from '../shape.js';
import { add, minimum } from './arithmetic.js';
import { gather } from './indexing.js';
import { pad, padAxes } from './padding.js';
import { sum } from './reduction.js';
import { flatten, reshape, reshapeLike, transpose, unsqueeze } from './shaping.js';
import { product, range, sourcesOf, stepsOf, vector, type Sources } from './window-positions.js';
import { isPoint, placesOf, spatialAxes, type Window } from './windows.js';

/** [B,C,…spatial] → [B,size of all spatial axes,C] */
export const channelsLast = (x: SymbolicTensor): SymbolicTensor => flattenPixels(transposeChannels(x));

/** [B,C,…spatial] → [B,…spatial,C] */
const transposeChannels = (x: SymbolicTensor): SymbolicTensor => transpose(x, [0, ...spatialAxes(x), 1]);

/** [B,…spatial,C] → [B,size of all spatial axes,C] */
const flattenPixels = (x: SymbolicTensor): SymbolicTensor => flatten(x, 1, x.shape.length - 1);

/**
 * Images [B,C,…spatial] → [B,places,elements,C]: what lies under the window, element by element, wherever it stops; `fill`
 * where that is padding. Channels come last, so that this is one copy of whole runs of memory.
 */
export function unfold(x: SymbolicTensor, window: Window, fill = 0): SymbolicTensor {
  if (isPoint(window)) return unsqueeze(channelsLast(x), 2);
  const { pads, kernel_shape } = window;
  const [begins, ends] = [pads.slice(0, kernel_shape.length), pads.slice(kernel_shape.length)];
  const padded = padAxes(transposeChannels(x), [0, ...begins, 0, 0, ...ends, 0], { value: fill });
  const sizes = padded.shape.slice(1, -1).map(Number);
  return gather(flattenPixels(padded), pixelsUnder(sizes, placesOf(x.shape, window), window), 1);
}

/** For every place of the window, the positions of the pixels under it: [places,elements] in padded images of `sizes`. */
function pixelsUnder(
  sizes: readonly number[],
  places: readonly number[],
  { kernel_shape, strides, dilations }: Window,
): SymbolicTensor {
  const steps = stepsOf(sizes);
  const rank = places.length;
  const along = places.map((count, axis) => {
    const [stride, dilation, step] = [at(strides, axis), at(dilations, axis), at(steps, axis)];
    const size = at(kernel_shape, axis);
    const list = range(count).flatMap((place) => range(size).map((i) => (place * stride + i * dilation) * step));
    return vector(list, 2 * rank, [
      [axis, count],
      [rank + axis, size],
    ]);
  });
  return reshape(along.reduce(add), [product(places), product(kernel_shape)]);
}

/** The adjoint of `unfold` for images of `shape`: [B,places,elements,C], summed over what lies on the same pixel. */
export function fold(x: SymbolicTensor, shape: Shape, window: Window): SymbolicTensor {
  const parts = flatten(x, 1, 3);
  const elements = product(window.kernel_shape);
  const steps = {
    places: stepsOf(placesOf(shape, window)).map((step) => step * elements),
    elements: stepsOf(window.kernel_shape),
  };
  const sources = sourcesOf(shape, window, steps);
  const everywhere = sources.every(({ every }) => every);
  const over = gather(everywhere ? parts : pad(parts, 1, 0, 1), elementsOver(sources, knownSize(parts.shape, 1)), 1);
  const total = sources.every(({ most }) => most === 1) ? over : sum(over, [2]);
  const pixels = reshapeLike(total, [...shape.slice(0, 1), ...shape.slice(2), ...shape.slice(1, 2)]);
  const last = shape.length - 1;
  return transpose(pixels, [0, last, ...range(last - 1).map((axis) => axis + 1)]);
}

/** For every pixel, the positions of what lies over it: [pixels,most]; where that is less, the position after the last. */
function elementsOver(sources: readonly Sources[], count: number): SymbolicTensor {
  const along = sources.map(({ positions, most }, axis) => {
    const list = positions.flatMap((own) => range(most).map((k) => own[k] ?? count));
    return vector(list, 2 * sources.length, [
      [axis, positions.length],
      [sources.length + axis, most],
    ]);
  });
  const pixels = product(sources.map(({ positions }) => positions.length));
  return reshape(minimum(along.reduce(add), count), [pixels, -1]);
}
