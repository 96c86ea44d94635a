import { required, type Line, type Overlay, type Overlaying, type WeightedPicture } from '@sensorium/contracts';
import { encodePng } from './encode-png.js';
import type { Raster } from './raster.js';

/** A picture as the graph is fed it, and what its places weigh: a weight for each, or for each of its channels, which are summed. */
export async function weightedPicture(raster: Raster, weights: ArrayLike<number>): Promise<WeightedPicture> {
  const { width, height } = raster;
  const channels = weights.length / (width * height);
  const sums = Float32Array.from({ length: width * height }, (_, place) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += weights[place * channels + channel] as number;
    return sum;
  });
  return { png: await encodePng(raster), width, height, weights: sums };
}

/**
 * The overlay of an encoder that is fed bytes [height,width,channels], of one channel or three, as `pixels`.
 *
 * @param seen the bytes as people see them, where they are fed in another order
 */
export const pixelsOverlay = (
  height: number,
  width: number,
  seen: (pixels: Uint8Array) => Uint8Array = (pixels) => pixels,
): Overlaying<Raster> => ({
  of: ['pixels'],
  async show({ fed, weights }) {
    const data = seen(Uint8Array.from(numbersIn(fed, 'pixels')));
    const channels = data.length / (width * height) === 1 ? 1 : 3;
    const picture = await weightedPicture({ width, height, channels, data }, numbersIn(weights, 'pixels'));
    return { kind: 'picture', ...picture, alt: `picture, as the model sees it in ${width}×${height} pixels` };
  },
});

/** One after the other, at equal distances, with a weight for each. */
export interface WeightedSamples {
  readonly values: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

export interface SampledCurve {
  /** The names of the axes, with their units. */
  readonly x: string;
  readonly y: string;
  /** By name. */
  readonly lines: Readonly<Record<string, WeightedSamples>>;
  /** Where the first sample lies on the axis, and how far they are apart. */
  readonly first: number;
  readonly step: number;
  readonly alt: string;
}

/** Points that people can tell apart. */
const MOST_POINTS = 400;

/** Sampled lines as an overlay. Of more than 400 samples, each point is the farthest from zero of its stretch, and weighs what all weigh. */
export function curveOverlay({ lines, first, step, ...texts }: SampledCurve): Overlay {
  const drawn = Object.entries(lines).map(([name, samples]) => [name, reduced(samples, first, step)] as const);
  return {
    kind: 'curve',
    ...texts,
    lines: Object.fromEntries(drawn.map(([name, { line }]) => [name, line])),
    weights: Object.fromEntries(drawn.map(([name, { weights }]) => [name, weights])),
  };
}

function reduced({ values, weights }: WeightedSamples, first: number, step: number): { line: Line; weights: number[] } {
  const points = Math.min(MOST_POINTS, values.length);
  const line: [number, number][] = [];
  const sums: number[] = [];
  for (let point = 0; point < points; point++) {
    const [from, to] = [point, point + 1].map((place) => Math.floor((place * values.length) / points)) as [
      number,
      number,
    ];
    let [farthest, sum] = [from, 0];
    for (let at = from; at < to; at++) {
      if (Math.abs(values[at] as number) > Math.abs(values[farthest] as number)) farthest = at;
      sum += weights[at] as number;
    }
    line.push([first + farthest * step, values[farthest] as number]);
    sums.push(sum);
  }
  return { line, weights: sums };
}

/** The numbers of a tensor that an encoder is given. */
export const numbersIn = (
  tensors: Readonly<Record<string, { readonly data: ArrayLike<number | bigint> }>>,
  name: string,
): Float32Array => Float32Array.from(required(tensors[name], `the tensor "${name}"`).data, Number);
