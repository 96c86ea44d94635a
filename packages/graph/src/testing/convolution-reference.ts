import type { PerAxis } from '../operators/windows.js';
import { indices, position, range, size } from './numbers.js';

/** A convolution of images of shape `x` with a weight of shape `weight`. */
export interface ConvolutionCase {
  readonly x: readonly number[];
  readonly weight: readonly number[];
  readonly stride?: PerAxis;
  readonly padding?: PerAxis;
  readonly dilation?: PerAxis;
  readonly groups?: number;
}

/** The positions of what a convolution multiplies, and of where it adds each product. */
export interface ConvolutionDefinition {
  /** Of the output */
  readonly shape: readonly number[];
  readonly products: readonly { readonly output: number; readonly pixel: number; readonly weight: number }[];
}

const each = (value: PerAxis, axis: number): number => (typeof value === 'number' ? value : value[axis]!);

export function convolutionOf({
  x,
  weight,
  stride = 1,
  padding = 0,
  groups = 1,
  dilation = 1,
}: ConvolutionCase): ConvolutionDefinition {
  const [spatial, kernel] = [x.slice(2), weight.slice(2)];
  const rank = spatial.length;
  const places = spatial.map((size, axis) => {
    const free =
      size + each(padding, axis) + each(padding, rank + axis) - each(dilation, axis) * (kernel[axis]! - 1) - 1;
    return Math.floor(free / each(stride, axis)) + 1;
  });
  const [outputs, depth] = [weight[0]!, weight[1]!];
  const shape = [x[0]!, outputs, ...places];
  const products = indices([...shape, depth, ...kernel]).flatMap((index) => {
    const [b, o, c] = [index[0]!, index[1]!, index[2 + rank]!];
    const [place, element] = [index.slice(2, 2 + rank), index.slice(3 + rank)];
    const pixel = place.map(
      (at, axis) => at * each(stride, axis) + element[axis]! * each(dilation, axis) - each(padding, axis),
    );
    if (pixel.some((at, axis) => at < 0 || at >= spatial[axis]!)) return [];
    const channel = Math.floor(o / (outputs / groups)) * depth + c;
    return {
      output: position(shape, [b, o, ...place]),
      pixel: position(x, [b, channel, ...pixel]),
      weight: position(weight, [o, c, ...element]),
    };
  });
  return { shape, products };
}

export function convolve(
  { shape, products }: ConvolutionDefinition,
  images: readonly number[],
  kernel: readonly number[],
  bias?: readonly number[],
): number[] {
  const sums = biases(shape, bias);
  for (const { output, pixel, weight } of products) sums[output]! += images[pixel]! * kernel[weight]!;
  return sums;
}

/** [B,O,…], with the bias of every channel everywhere. */
function biases(shape: readonly number[], bias?: readonly number[]): number[] {
  const area = size(shape.slice(2));
  return range(size(shape)).map((index) => bias?.[Math.floor(index / area) % shape[1]!] ?? 0);
}

export interface TransposedCase extends ConvolutionCase {
  readonly outputPadding?: PerAxis;
}

/** The shape of a transposed convolution. */
export function spreadShape({
  x,
  weight,
  stride = 1,
  padding = 0,
  dilation = 1,
  groups = 1,
  outputPadding = 0,
}: TransposedCase): number[] {
  const sizes = x.slice(2).map((places, axis) => {
    const reach = (places - 1) * each(stride, axis) + each(dilation, axis) * (weight[2 + axis]! - 1) + 1;
    return reach + each(outputPadding, axis) - each(padding, axis) - each(padding, x.length - 2 + axis);
  });
  return [x[0]!, weight[1]! * groups, ...sizes];
}

/** The adjoint of the convolution of images of the result's size: what that reads, this adds to. */
export function spreading(one: TransposedCase) {
  const shape = spreadShape(one);
  const { products } = convolutionOf({ ...one, x: shape });
  return (places: readonly number[], kernel: readonly number[], bias?: readonly number[]): number[] => {
    const sums = biases(shape, bias);
    for (const { output, pixel, weight } of products) sums[pixel]! += places[output]! * kernel[weight]!;
    return sums;
  };
}

/** A pool of images of shape `x`. */
export interface PoolCase {
  readonly x: readonly number[];
  readonly size: PerAxis;
  readonly stride?: PerAxis;
  readonly padding?: PerAxis;
  readonly dilation?: PerAxis;
}

/** The result's shape, and the positions of the elements of every window that lie in the image, in the result's order. */
export function windowsOf({ x, size: length, stride = length, padding = 0, dilation = 1 }: PoolCase) {
  const kernel = x.slice(2).map((_, axis) => each(length, axis));
  const [batch, channels] = [x[0]!, x[1]!];
  const planes = { x: [1, 1, ...x.slice(2)], weight: [1, 1, ...kernel], stride, padding, dilation };
  const { shape, products } = convolutionOf(planes);
  const windows = range(batch * channels * size(shape)).map((): number[] => []);
  for (const plane of range(batch * channels)) {
    for (const { output, pixel } of products) {
      windows[plane * size(shape) + output]!.push(plane * size(x.slice(2)) + pixel);
    }
  }
  return { shape: [batch, channels, ...shape.slice(2)], windows, elements: size(kernel) };
}
