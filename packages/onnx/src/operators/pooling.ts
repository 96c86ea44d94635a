import type { Dimension, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { constant, knownSize, type MaxPoolOptions, type ReduceOptions, type WindowOptions } from '@sensorium/graph';
import { textAttribute } from '@sensorium/graph/protobuf';
import { at, knownShape, spatialAxes } from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import { operators, type Lowering, type OutputRule, type Rewrite } from './record.js';
import { samplesBatch } from './rules/batches.js';
import { whereAccepted } from './rules/lowering.js';
import { withoutDefaults } from './rules/rewrites.js';
import { samples, shapeOf, shaped } from './rules/shapes.js';
import { windowOf, type Window } from './rules/window.js';

interface PoolWindow extends Required<MaxPoolOptions> {
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  /** How far the last windows reach beyond what is padded: begins, which are 0, then ends of all axes. */
  readonly beyond: readonly number[];
}

type Pool = (x: SymbolicTensor, size: readonly number[], window: PoolWindow, call: Call) => SymbolicTensor | undefined;

const windows =
  (pool: Pool): Lowering =>
  (call) => {
    const x = call.x(0);
    const kernel = call.integers('kernel_shape') ?? [];
    const window = windowOf(call, x.shape, kernel);
    const { strides, dilations, pads } = window;
    const ends = kernel.map((size, axis) => (call.flag('ceil_mode') ? reachBeyond(x, axis, size, window) : 0));
    const beyond = [...kernel.map(() => 0), ...ends];
    return pool(x, kernel, { stride: strides, padding: pads, dilation: dilations, beyond }, call);
  };

/** How far the last window that is not full reaches, if there is one: it begins before the padding at the end. */
function reachBeyond(x: SymbolicTensor, axis: number, size: number, { strides, dilations, pads }: Window): number {
  const [stride, before, after] = [at(strides, axis), at(pads, axis), at(pads, axis + strides.length)];
  const [image, extent] = [knownSize(x.shape, 2 + axis), at(dilations, axis) * (size - 1) + 1];
  const start = Math.ceil((image + before + after - extent) / stride) * stride;
  return start < image + before ? Math.max(0, start + extent - (image + before + after)) : 0;
}

const sums = (a: readonly number[], b: readonly number[]): number[] => a.map((size, index) => size + at(b, index));

const maxPool: Pool = (x, size, { beyond, padding, ...window }) =>
  g.maxPool(x, size, { ...window, padding: sums(padding, beyond) });

const averagePool: Pool = (x, size, { stride, padding, dilation, beyond }, call) => {
  const [counts, hasGaps] = [call.flag('count_include_pad'), dilation.some((step) => step !== 1)];
  if (!hasGaps && !(counts && beyond.some(Boolean))) {
    return g.averagePool(x, size, { stride, padding: sums(padding, beyond), countIncludePad: counts });
  }
  // Padding counts, and what lies beyond it does not.
  const [begins, ends] = [padding.slice(0, size.length), padding.slice(size.length)];
  const image = counts ? g.padAxes(x, [0, 0, ...begins, 0, 0, ...ends]) : x;
  const options = { stride, padding: counts ? beyond : sums(padding, beyond) };
  return hasGaps ? averageWithGaps(image, size, { ...options, dilation }) : g.averagePool(image, size, options);
};

/** The sum of every window through the number of its elements inside the image. */
function averageWithGaps(x: SymbolicTensor, size: readonly number[], options: WindowOptions): SymbolicTensor {
  const area = size.reduce((a, b) => a * b, 1);
  const window = constant(Array<number>(area).fill(1), x.dtype, [1, 1, ...size]);
  const spatial = knownShape(x.shape.slice(2), 'a pool with gaps');
  const sum = g.conv(g.reshape(x, [-1, 1, ...spatial]), window, options);
  const count = g.conv(g.expand(constant(1, x.dtype), [1, 1, ...spatial]), window, options);
  return g.reshape(g.div(sum, count), [...x.shape.slice(0, 2), ...sum.shape.slice(2)]);
}

/** Spatial axes stay, with size 1. */
const overImages =
  (reduce: (x: SymbolicTensor, axes: readonly number[], options: ReduceOptions) => SymbolicTensor): Lowering =>
  (call) =>
    reduce(call.x(0), spatialAxes(call.x(0)), { keep: true });

const channelsOfInput = (call: Call): Dimension | undefined => shapeOf(call)?.[1];

const maxPoolShape: OutputRule = (call, unknown, index) => {
  const result = samples(() => shapeOf(call)?.[1])(call, unknown);
  return index === 0 ? result : { ...result, dtype: 'int64' };
};

/** The default was another. */
const roiPixels: Rewrite = (node) => [
  {
    ...node,
    attribute: [...node.attribute, textAttribute('coordinate_transformation_mode', 'output_half_pixel')],
  },
];

export const pooling = operators({
  AveragePool: {
    lower: windows(averagePool),
    infer: samples(channelsOfInput),
    batch: samplesBatch,
    newer: [19, withoutDefaults({ dilations: ['1'] })],
    since: { attributes: { dilations: 19 } },
  },
  GlobalAveragePool: {
    lower: overImages(g.mean),
    infer: shaped((call) => shapeOf(call)?.map((size, axis) => (axis < 2 ? size : 1))),
    batch: samplesBatch,
  },
  GlobalLpPool: {
    infer: shaped((call) => shapeOf(call)?.map((size, axis) => (axis < 2 ? size : 1))),
    batch: samplesBatch,
  },
  GlobalMaxPool: {
    lower: overImages(g.max),
    infer: shaped((call) => shapeOf(call)?.map((size, axis) => (axis < 2 ? size : 1))),
    batch: samplesBatch,
  },
  LpPool: {
    infer: samples(channelsOfInput),
    batch: samplesBatch,
    newer: [18, withoutDefaults({ ceil_mode: ['0'], dilations: ['1'] })],
    since: { attributes: { ceil_mode: 18, dilations: 18 } },
  },
  MaxPool: {
    // With gaps, a last window may reach farther than ours.
    lower: whereAccepted(windows(maxPool)),
    inferEvery: maxPoolShape,
    batch: samplesBatch,
  },
  MaxRoiPool: {},
  MaxUnpool: {},
  RoiAlign: {
    infer: shaped((call, unknown) => [
      shapeOf(call, 1)?.[0] ?? unknown(0),
      shapeOf(call)?.[1] ?? unknown(1),
      call.integer('output_height', 1),
      call.integer('output_width', 1),
    ]),
    older: [16, roiPixels],
  },
});
