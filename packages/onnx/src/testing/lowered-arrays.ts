import type { Tensor } from '@sensorium/contracts';
import { makeTensor } from '@sensorium/tensors';
import { floats, ints, scalar, x, open, image, type LoweringCase } from './lowering-case.js';

const index = (value: number): Tensor => makeTensor('int64', [], [value]);

type Attributes = LoweringCase['attributes'];

const withAttributes = (one: LoweringCase, attributes: Attributes): LoweringCase => ({
  ...one,
  attributes: { ...one.attributes, ...attributes },
});

/** Pools whose last windows are not full, or would begin in the padding. */
const notFull = (
  [
    { kernel_shape: [2, 2], strides: [2, 4] },
    { kernel_shape: [3, 3], strides: [3, 2], pads: [1, 0, 2, 1] },
    { kernel_shape: [2, 3], strides: [3, 3], pads: [0, 1, 1, 2] },
    { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' },
    { kernel_shape: [2, 3], strides: [3, 2], auto_pad: 'VALID' },
  ] as readonly Attributes[]
).map((attributes) => withAttributes({ ...image, attributes: { ceil_mode: 1 } }, attributes));

const withGaps = (
  [
    { kernel_shape: [2, 3], dilations: [2, 1] },
    { kernel_shape: [2, 2], strides: [2, 3], dilations: [3, 2], pads: [1, 0, 1, 1] },
    { kernel_shape: [2, 3], strides: [2, 2], dilations: [1, 2], pads: [1, 1, 0, 1], ceil_mode: 1 },
  ] as readonly Attributes[]
).map((attributes): LoweringCase => ({ ...image, attributes }));

/** Places in and around images of 4 × 5 elements, none of them where the result bends. */
function gridOf(isAligned: number): Tensor {
  const places = [-1.3, -0.7, 0.3, 1.6, 2.4, 3.3, 1.7, 4.7, -2.2, 0.6, 2.7, 2.3];
  const from = (place: number, size: number): number =>
    isAligned ? (2 * place) / (size - 1) - 1 : (2 * place + 1) / size - 1;
  const pairs = places.flatMap((place, at) => [from(place, 5), from(places.at(-1 - at)!, 4)]);
  return makeTensor('float32', [2, 3, 2, 2], pairs);
}

/** Smaller and larger images, of which every element counts. */
const antialiased = (
  [
    [ints(2, 4, 3, 8), { mode: 'linear' }],
    [ints(2, 4, 3, 4), { mode: 'cubic', exclude_outside: 1 }],
    [ints(2, 4, 2, 9), { mode: 'cubic', cubic_coeff_a: -0.5 }],
    [ints(2, 4, 3, 3), { mode: 'linear', coordinate_transformation_mode: 'align_corners' }],
  ] as readonly (readonly [Tensor, Attributes])[]
).map(([sizes, attributes]): LoweringCase => ({
  ...image,
  opset: 18,
  stored: { sizes },
  inputs: ['x', '', '', 'sizes'],
  attributes: { ...attributes, antialias: 1 },
}));

/** Nodes that move, choose and gather elements, in all variants that are built from our operators. */
export const loweredArrays: Readonly<Record<string, readonly LoweringCase[]>> = {
  AveragePool: [
    { ...image, attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { ...image, attributes: { kernel_shape: [3, 2], pads: [1, 0, 2, 1] } },
    { ...image, attributes: { kernel_shape: [3, 2], pads: [1, 0, 2, 1], count_include_pad: 1 } },
    { ...image, attributes: { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER', strides: [2, 2] } },
    { ...image, opset: 19, attributes: { kernel_shape: [2, 2], dilations: [1, 1] } },
    ...[0, 1].flatMap((count_include_pad) => notFull.map((one) => withAttributes(one, { count_include_pad }))),
    ...[0, 1].flatMap((count_include_pad) =>
      withGaps.map((one) => withAttributes({ ...one, opset: 19 }, { count_include_pad })),
    ),
  ],
  CenterCropPad: [
    { ...x, opset: 18, stored: { size: ints(5, 2) }, attributes: { axes: [-1, 1] } },
    { ...x, opset: 18, stored: { size: ints(1, 6, 4) } },
    { ...open, opset: 18, stored: { size: ints(1) }, attributes: { axes: [2] } },
  ],
  Col2Im: [
    { feeds: { x: floats([2, 12, 4]) }, opset: 18, stored: { size: ints(3, 3), block: ints(2, 2) } },
    {
      feeds: { x: floats([1, 6, 4]) },
      opset: 18,
      stored: { size: ints(4, 7), block: ints(2, 3) },
      attributes: { strides: [2, 2], pads: [1, 0, 0, 1], dilations: [1, 2] },
    },
  ],
  Concat: [{ feeds: { a: floats([2, 3], 1), b: floats([2, 1], 2) }, attributes: { axis: -1 } }],
  Conv: [
    {
      ...image,
      stored: { weight: floats([6, 2, 3, 3], 2), bias: floats([6], 3) },
      attributes: { group: 2, strides: [2, 2], pads: [1, 0, 1, 2] },
    },
    { ...image, stored: { weight: floats([2, 4, 3, 2], 2) }, attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] } },
    { ...image, stored: { weight: floats([2, 4, 2, 2], 2) }, attributes: { auto_pad: 'SAME_LOWER' } },
    { ...image, stored: { weight: floats([2, 4, 2, 2], 2) }, attributes: { auto_pad: 'VALID', dilations: [2, 2] } },
  ],
  ConvTranspose: [
    {
      ...image,
      stored: { weight: floats([4, 3, 3, 2], 2), bias: floats([6], 3) },
      attributes: { group: 2, strides: [2, 3], pads: [1, 0, 1, 1], output_padding: [1, 2] },
    },
    ...['NOTSET', 'SAME_UPPER', 'SAME_LOWER'].map((auto_pad): LoweringCase => ({
      ...image,
      stored: { weight: floats([4, 2, 4, 3], 2) },
      attributes: { auto_pad, strides: [2, 2], output_shape: [13, 12] },
    })),
    ...['SAME_UPPER', 'SAME_LOWER', 'VALID'].map((auto_pad): LoweringCase => ({
      ...image,
      stored: { weight: floats([4, 2, 4, 5], 2) },
      attributes: { auto_pad, strides: [1, 2] },
    })),
    { feeds: { x: floats([1, 2, 5]) }, stored: { weight: floats([2, 3, 3], 2) }, attributes: { dilations: [2] } },
  ],
  CumSum: [
    { ...x, stored: { axis: makeTensor('int64', [], [1]) } },
    { ...x, stored: { axis: makeTensor('int32', [], [-1]) }, attributes: { exclusive: 1, reverse: 1 } },
  ],
  DepthToSpace: [
    { feeds: { x: floats([2, 12, 2, 3]) }, attributes: { blocksize: 2 } },
    { feeds: { x: floats([2, 9, 2, 1]) }, attributes: { blocksize: 3, mode: 'CRD' } },
    { feeds: { x: floats([2, 8, 2, 3]) }, open: { x: ['batch', 8, 2, 3] }, attributes: { blocksize: 2, mode: 'CRD' } },
  ],
  Expand: [
    { feeds: { x: floats([3, 1]) }, stored: { shape: ints(2, 3, 4) } },
    { feeds: { x: floats([3, 1]), shape: ints(2, 1, 4) } },
    { feeds: { x: floats([2, 3, 1]), shape: ints(3, 4) } },
  ],
  Flatten: [
    x,
    { ...x, attributes: { axis: 2 } },
    { ...x, attributes: { axis: -1 } },
    { ...x, attributes: { axis: 0 } },
  ],
  Gather: [
    { ...x, stored: { indices: makeTensor('int64', [2, 2], [0, 1, -1, 2]) }, attributes: { axis: 1 } },
    { ...x, stored: { index: makeTensor('int64', [], [1]) } },
  ],
  GatherElements: [
    {
      feeds: { x: floats([2, 3]) },
      stored: { at: makeTensor('int64', [2, 2], [2, 0, 1, -1]) },
      attributes: { axis: 1 },
    },
    { feeds: { x: floats([2, 3]) }, stored: { at: makeTensor('int32', [1, 3], [1, 0, 1]) } },
  ],
  GatherND: [
    { ...x, stored: { at: makeTensor('int64', [2, 2], [1, 2, 0, 1]) } },
    { ...x, stored: { at: makeTensor('int64', [2, 1], [2, 0]) }, attributes: { batch_dims: 1 } },
  ],
  GridSample: [
    ...['bilinear', 'nearest', 'bicubic'].flatMap((mode) =>
      ['zeros', 'border', 'reflection'].flatMap((padding_mode) =>
        [0, 1].map((align_corners): LoweringCase => ({
          feeds: { x: floats([2, 2, 4, 5]), grid: gridOf(align_corners) },
          attributes: { mode, padding_mode, align_corners },
          differentiable: mode !== 'nearest',
        })),
      ),
    ),
    {
      feeds: { x: floats([1, 2, 3, 4, 2]), grid: floats([1, 2, 1, 3, 3], 2, -0.9, 0.9) },
      opset: 20,
      attributes: { mode: 'linear' },
    },
  ],
  GlobalAveragePool: [image],
  GlobalMaxPool: [image],
  MaxPool: [
    { ...image, attributes: { kernel_shape: [3, 3], strides: [2, 2] } },
    { ...image, attributes: { kernel_shape: [3, 2], pads: [1, 0, 2, 1], dilations: [2, 1] } },
    { ...image, attributes: { kernel_shape: [2, 3], auto_pad: 'SAME_LOWER' } },
    ...notFull,
    { ...image, attributes: { kernel_shape: [3, 2], strides: [2, 2], dilations: [1, 2], ceil_mode: 1 } },
    { ...image, attributes: { kernel_shape: [2, 2] }, outputs: ['y', 'at'], unread: ['at'] },
  ],
  OneHot: [
    {
      feeds: { x: ints(1, -1, 5, -4), values: floats([2]) },
      stored: { depth: ints(3) },
      inputs: ['x', 'depth', 'values'],
    },
    {
      feeds: { x: makeTensor('int64', [2, 2], [0, 2, 1, -3]), values: floats([2]) },
      stored: { depth: index(3) },
      inputs: ['x', 'depth', 'values'],
      attributes: { axis: 1 },
    },
    {
      feeds: { x: makeTensor('float32', [2], [0, 1]) },
      stored: { depth: scalar(2), values: floats([2]) },
      attributes: { axis: 0 },
      differentiable: false,
    },
  ],
  Pad: [
    { ...x, stored: { pads: ints(0, 1, 2, 0, 0, 3) } },
    { ...x, stored: { pads: ints(0, 1, -1, 0, 0, 3), value: scalar(1.5) } },
    { ...x, stored: { pads: ints(0, 1, 2, 1, 0, 3) }, attributes: { mode: 'reflect' } },
    { ...x, stored: { pads: ints(0, 1, 2, 1, 0, 6) }, attributes: { mode: 'edge' } },
    { ...x, opset: 18, stored: { pads: ints(1, 2, 0, 3), value: scalar(0), axes: ints(0, -1) } },
  ],
  Range: [
    { feeds: { start: scalar(0.5), limit: scalar(3), step: scalar(0.75) } },
    {
      feeds: { limit: makeTensor('int64', [], [3]) },
      stored: { start: index(0), step: index(1) },
      inputs: ['start', 'limit', 'step'],
      dtype: 'int64',
    },
  ],
  Reshape: [
    { ...x, stored: { shape: ints(0, -1) } },
    { ...x, stored: { shape: ints(4, 6) } },
  ],
  Resize: [
    { ...image, stored: { sizes: ints(2, 4, 5, 9) }, inputs: ['x', '', '', 'sizes'] },
    {
      ...image,
      stored: { scales: makeTensor('float32', [4], [1, 1, 2, 1.5]) },
      inputs: ['x', '', 'scales'],
      attributes: { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
    },
    {
      ...image,
      stored: { roi: floats([0]), scales: floats([0]), sizes: ints(2, 4, 9, 8) },
      attributes: { mode: 'cubic', cubic_coeff_a: -0.5, exclude_outside: 1 },
    },
    {
      ...image,
      opset: 18,
      stored: { scales: makeTensor('float32', [4], [1, 1, 2, 3]) },
      inputs: ['x', '', 'scales'],
      attributes: { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor', antialias: 0 },
    },
    {
      ...image,
      opset: 18,
      stored: { sizes: ints(9, 3) },
      inputs: ['x', '', '', 'sizes'],
      attributes: { axes: [-1, 2], mode: 'linear' },
    },
    // Channels last.
    ...['nearest', 'linear'].map((mode): LoweringCase => ({
      ...image,
      stored: { sizes: ints(2, 7, 5, 6) },
      inputs: ['x', '', '', 'sizes'],
      attributes: { mode },
    })),
    {
      ...image,
      stored: { scales: makeTensor('float32', [4], [1, 2, 1.5, 1]) },
      inputs: ['x', '', 'scales'],
      attributes: { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
    },
    { ...x, stored: { sizes: ints(2, 5, 4) }, inputs: ['x', '', '', 'sizes'] },
    {
      ...image,
      open: { x: ['batch', 4, 7, 6] },
      stored: { scales: makeTensor('float32', [4], [1, 2, 3, 1]) },
      inputs: ['x', '', 'scales'],
    },
    { ...image, stored: { sizes: ints(2, 8, 7, 6) }, inputs: ['x', '', '', 'sizes'] },
    ...antialiased,
  ],
  ReverseSequence: [
    { ...x, stored: { lengths: ints(2, 1, 2) } },
    { ...x, stored: { lengths: ints(3, 2) }, attributes: { batch_axis: 0, time_axis: 1 } },
  ],
  ScatterElements: ['none', 'add', 'mul', 'max', 'min'].map((reduction): LoweringCase => ({
    opset: 18,
    feeds: { x: floats([2, 3]), updates: floats([2, 2], 2) },
    stored: { at: makeTensor('int64', [2, 2], [2, 0, 1, -1]) },
    inputs: ['x', 'at', 'updates'],
    attributes: { axis: 1, reduction },
  })),
  ScatterND: ['none', 'add', 'mul', 'max', 'min'].map((reduction): LoweringCase => ({
    opset: 18,
    feeds: { x: floats([2, 3, 4]), updates: floats([2, 4], 2) },
    stored: { at: makeTensor('int64', [2, 2], [1, 2, 0, 1]) },
    inputs: ['x', 'at', 'updates'],
    attributes: { reduction },
  })),
  Shape: [
    { ...open, dtype: 'int64' },
    { ...open, attributes: { start: -2, end: 2 }, dtype: 'int64' },
  ],
  Size: [{ ...open, dtype: 'int64' }],
  Slice: [
    { ...x, stored: { starts: ints(1), stops: ints(2) } },
    { ...x, stored: { starts: ints(-3, 0), stops: ints(2 ** 31, -1), axes: ints(-1, 1), steps: ints(2, 1) } },
    { ...x, stored: { starts: ints(-1, 5), stops: ints(-(2 ** 40), 0), axes: ints(0, -1), steps: ints(-1, -2) } },
    {
      ...open,
      stored: { starts: ints(0, -1), stops: ints(2 ** 31, -(2 ** 40)), axes: ints(0, 1), steps: ints(1, -1) },
    },
  ],
  SpaceToDepth: [
    { feeds: { x: floats([2, 3, 4, 6]) }, attributes: { blocksize: 2 } },
    { feeds: { x: floats([2, 2, 3, 6]) }, open: { x: ['batch', 2, 3, 6] }, attributes: { blocksize: 3 } },
  ],
  Split: [
    { ...x, attributes: { axis: 1 }, outputs: ['p', 'q', 'r'] },
    { ...x, stored: { sizes: ints(1, 3) }, attributes: { axis: -1 }, outputs: ['p', 'q'] },
    { ...x, opset: 18, attributes: { axis: 1, num_outputs: 2 }, outputs: ['p', 'q'] },
  ],
  Squeeze: [{ feeds: { x: floats([1, 3, 1]) } }, { feeds: { x: floats([1, 3, 1]) }, stored: { axes: ints(-1) } }],
  Tile: [{ ...x, stored: { repeats: ints(2, 1, 3) } }],
  TopK: [
    { ...x, stored: { k: ints(2) }, outputs: ['y', 'at'], dtypes: ['float32', 'int64'] },
    {
      ...x,
      stored: { k: ints(1) },
      attributes: { axis: 1, largest: 0 },
      outputs: ['y', 'at'],
      dtypes: ['float32', 'int64'],
    },
  ],
  Transpose: [x, { ...x, attributes: { perm: [1, 0, 2] } }],
  Trilu: [x, { ...x, stored: { k: makeTensor('int64', [], [-1]) }, attributes: { upper: 0 } }],
  Unsqueeze: [{ ...x, stored: { axes: ints(0, -1) } }],
};
