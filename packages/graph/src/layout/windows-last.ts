import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { add, minimum } from '../operators/arithmetic.js';
import { gather } from '../operators/indexing.js';
import { concat, flatten, reshape } from '../operators/shaping.js';
import { product, range, sourcesOf, stepsOf, vector } from '../operators/window-positions.js';
import { axesOf, placesOf, type Window } from '../operators/windows.js';
import { at, knownSize } from '../shape.js';
import { constant } from '../value.js';
import { naturalShape } from './batch-last.js';

interface WindowAttributes {
  readonly axis: number;
  /** [B,C,…spatial] */
  readonly $images: Shape;
  readonly $kernel: readonly number[];
  readonly $strides: readonly number[];
  readonly $dilations: readonly number[];
  readonly $pads: readonly number[];
}

/** Rows [pixels,B] with a row of zeros after them. Its gradient is that of the rows alone, as the gathering gives it. */
const zeroRowOperator = defineOperator('Pad', {
  shape: ([rows]) => [knownSize(rows.shape, 0) + 1, ...rows.shape.slice(1)],
  gradient: ({ upstream }) => [upstream, null],
});

const gatherOperator = defineOperator<WindowAttributes>('Gather', {
  attributes: { axis: 'int' },
  shape: ([rows, positions]) => [...positions.shape, ...rows.shape.slice(1)],
  gradient: ({ upstream, attributes: { $images, $kernel, $strides, $dilations, $pads } }) => {
    const window = { kernel_shape: $kernel, strides: $strides, dilations: $dilations, pads: $pads };
    return [summedOver(upstream, $images, window), null];
  },
});

/**
 * What lies under the window wherever it stops, in runs of a whole batch: [C,…spatial,B] → [C·elements + 1,places·B], zeros
 * in the padding and in the last row. The gradient of a product with it has a last row of zeros, too, which is read there
 * for pixels that fewer windows reach than others.
 */
export function windowsLast(x: SymbolicTensor, window: Window): SymbolicTensor {
  const images = naturalShape(x.shape);
  const { kernel_shape: $kernel, strides: $strides, dilations: $dilations, pads: $pads } = window;
  const rows = flatten(x, 0, x.shape.length - 1);
  const padded = single(zeroRowOperator([rows, constant([0, 0, 1, 0], 'int64')], {}));
  const attributes = { axis: 0, $images: images, $kernel, $strides, $dilations, $pads };
  const under = single(gatherOperator([padded, pixelsUnder(images, window)], attributes));
  return reshape(under, [knownSize(images, 1) * product($kernel) + 1, -1]);
}

/** Which pixel of which channel lies under each element of the window at each place: [(C·elements + 1)·places] */
function pixelsUnder(images: Shape, window: Window): SymbolicTensor {
  const { kernel_shape, strides, dilations, pads } = window;
  const [channels, sizes, places] = [knownSize(images, 1), images.slice(2).map(Number), placesOf(images, window)];
  const outside = channels * product(sizes);
  const rank = places.length;
  const along = axesOf(window).map((axis) => {
    const [size, step] = [at(sizes, axis), at(stepsOf(sizes), axis)];
    const [elements, stops] = [range(at(kernel_shape, axis)), range(at(places, axis))];
    const list = elements.flatMap((element) =>
      stops.map((place) => {
        const pixel = place * at(strides, axis) + element * at(dilations, axis) - at(pads, axis);
        return pixel >= 0 && pixel < size ? pixel * step : outside;
      }),
    );
    return vector(list, 1 + 2 * rank, [
      [1 + axis, elements.length],
      [1 + rank + axis, stops.length],
    ]);
  });
  const ofChannels = vector(
    range(channels).map((channel) => channel * product(sizes)),
    1 + 2 * rank,
    [[0, channels]],
  );
  const inside = minimum(along.reduce(add, ofChannels), outside);
  return concat([flatten(inside, 0), constant(new Array<number>(product(places)).fill(outside), 'int32')]);
}

/**
 * The adjoint of `windowsLast` at y [(C·elements + 1)·places,B], whose last row is zeros: for each pixel the sum over all
 * windows that reach it, [C·pixels,B].
 */
function summedOver(y: SymbolicTensor, images: Shape, window: Window): SymbolicTensor {
  const [channels, places, elements] = [knownSize(images, 1), placesOf(images, window), product(window.kernel_shape)];
  const count = product(places);
  const steps = { places: stepsOf(places), elements: stepsOf(window.kernel_shape).map((step) => step * count) };
  const sources = sourcesOf(images, window, steps);
  const rank = 1 + places.length;
  const zeros = channels * elements * count;
  const ofChannels = vector(
    range(channels).map((channel) => channel * elements * count),
    rank,
    [[0, channels]],
  );
  const along = sources.map(({ positions, most }, axis) =>
    range(most).map((k) =>
      vector(
        positions.map((own) => own[k] ?? zeros),
        rank,
        [[1 + axis, positions.length]],
      ),
    ),
  );
  const rows = reshape(y, [zeros + count, -1]);
  const tables = along.reduce(
    (sums, lists) => sums.flatMap((sum) => lists.map((list) => add(sum, list))),
    [ofChannels],
  );
  return tables.map((table) => gather(rows, flatten(minimum(table, zeros), 0))).reduce(add);
}
