import type { PerAxis } from '../operators/windows.js';
import { indices, position } from './numbers.js';

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

export const each = (value: PerAxis, axis: number): number => (typeof value === 'number' ? value : value[axis]!);

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
