import { node, spreadTensor, type OnnxGraphDescription } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { float, floatList, ints } from './lowering-case.js';

const value = { dtype: 'float32' } as const;

/** x as an image of one channel. */
const image = [node('Reshape', ['x', 'image'], ['i'])];
const imageShape = { image: ints(2, 1, 3, 4) };
const statistics = (shape: readonly number[]) => ({
  s: spreadTensor('float32', shape, 2),
  b: spreadTensor('float32', shape, 3),
  m: spreadTensor('float32', shape, 4),
  v: spreadTensor('float32', shape, 5, 0.5, 2),
});

interface OpsetCase {
  readonly graph: Omit<OnnxGraphDescription, 'inputs'>;
  readonly opsets: readonly number[];
}

/** The same computation as the operator sets before and after 17 write it. */
export const opsetCases: Readonly<Record<string, OpsetCase>> = {
  'softmax over all axes from one on': {
    graph: { nodes: [node('Softmax', ['x'], ['y'], { axis: 1 })], outputs: { y: value } },
    opsets: [7, 9, 12],
  },
  'log softmax whose axis is left out': {
    graph: { nodes: [node('LogSoftmax', ['x'], ['y'])], outputs: { y: value } },
    opsets: [7, 8, 12, 13, 21, 26],
  },
  'squeezes with axes as attributes': {
    graph: {
      nodes: [
        node('Unsqueeze', ['x'], ['wide'], { axes: [0, 4] }),
        node('Squeeze', ['wide'], ['back'], { axes: [0] }),
        node('ReduceSum', ['back'], ['y'], { axes: [1], keepdims: 0 }),
      ],
      outputs: { y: value },
    },
    opsets: [11, 12],
  },
  'clipping by attributes': {
    graph: {
      nodes: [
        node('Clip', ['x'], ['c'], { min: float(-0.5), max: float(0.75) }),
        node('Clip', ['c'], ['d'], { max: float(0.5) }),
        node('Clip', ['d'], ['y']),
      ],
      outputs: { y: value },
    },
    opsets: [7, 8, 9, 10],
  },
  'pads as attributes': {
    graph: {
      nodes: [
        node('Pad', ['x'], ['p'], { pads: [0, 1, 2, 1, 0, -1], value: float(1.5) }),
        node('Pad', ['p'], ['y'], { pads: [0, 1, 0, 1, 1, 0], mode: 'reflect' }),
      ],
      outputs: { y: value },
    },
    opsets: [7, 8, 9, 10],
  },
  'slices as attributes': {
    graph: {
      nodes: [
        node('Slice', ['x'], ['s'], { starts: [1, -3], ends: [2 ** 31, -1], axes: [1, 2] }),
        node('Slice', ['s'], ['y'], { starts: [0], ends: [1] }),
      ],
      outputs: { y: value },
    },
    opsets: [7, 8, 9],
  },
  'how many of the largest elements as an attribute': {
    graph: {
      nodes: [node('TopK', ['x'], ['y', 'at'], { k: 2, axis: 1 })],
      outputs: { y: value, at: { dtype: 'int64' } },
    },
    opsets: [7, 8, 9],
  },
  'elements that are scattered': {
    graph: {
      nodes: [node('Scatter', ['x', 'i', 'updates'], ['y'], { axis: 1 })],
      initializers: {
        i: makeTensor('int64', [2, 1, 2], [0, 2, 1, 1]),
        updates: makeTensor('float32', [2, 1, 2], [1, 2, 3, 4]),
      },
      outputs: { y: value },
    },
    opsets: [9, 10],
  },
  'scales as an attribute': {
    graph: {
      nodes: [
        ...image,
        node('Upsample', ['i'], ['n'], { scales: floatList(1, 1, 2, 3) }),
        node('Upsample', ['i'], ['y'], { scales: floatList(1, 1, 2, 1.5), mode: 'linear' }),
      ],
      initializers: imageShape,
      outputs: { y: value, n: value },
    },
    opsets: [7, 8],
  },
  'scales as an input': {
    graph: {
      nodes: [
        ...image,
        node('Upsample', ['i', 'scales'], ['n']),
        node('Upsample', ['i', 'scales'], ['y'], { mode: 'linear' }),
      ],
      initializers: { ...imageShape, scales: makeTensor('float32', [4], [1, 1, 2, 1.5]) },
      outputs: { y: value, n: value },
    },
    opsets: [9],
  },
  'axes that grow and axes that shrink': {
    graph: {
      nodes: [
        ...image,
        node('Resize', ['i', 'both'], ['n']),
        node('Resize', ['i', 'smaller'], ['s']),
        node('Resize', ['i', 'both'], ['y'], { mode: 'linear' }),
      ],
      initializers: {
        ...imageShape,
        both: makeTensor('float32', [4], [1, 1, 0.6, 2.4]),
        smaller: makeTensor('float32', [4], [1, 1, 0.7, 0.4]),
      },
      outputs: { y: value, n: value, s: value },
    },
    opsets: [10],
  },
  'statistics of channels': {
    graph: {
      nodes: [node('BatchNormalization', ['x', 's', 'b', 'm', 'v'], ['y'], { spatial: 1, epsilon: 0.01 })],
      initializers: statistics([3]),
      outputs: { y: value },
    },
    opsets: [7, 8],
  },
  'statistics of elements': {
    graph: {
      nodes: [node('BatchNormalization', ['x', 's', 'b', 'm', 'v'], ['y'], { spatial: 0, epsilon: 0.01 })],
      initializers: statistics([3, 4]),
      outputs: { y: value },
    },
    opsets: [7, 8],
  },
  'statistics of a batch, which five outputs ask for': {
    graph: {
      nodes: [node('BatchNormalization', ['x', 's', 'b', 'm', 'v'], ['y', 'mean', 'variance', 'unread', 'neither'])],
      initializers: statistics([3]),
      outputs: { y: value, mean: value, variance: value },
    },
    opsets: [7, 9, 13],
  },
  'attributes of the newest sets at their defaults': {
    graph: {
      nodes: [
        node('QuantizeLinear', ['x', 'scale'], ['q'], { precision: 0, output_dtype: 0 }),
        node('DequantizeLinear', ['q', 'scale'], ['d'], { output_dtype: 1, block_size: 0 }),
        node('Cast', ['d'], ['y'], { to: 1, round_mode: 'up', saturate: 1 }),
      ],
      initializers: { scale: makeTensor('float32', [], [0.25]) },
      outputs: { y: value },
    },
    opsets: [24, 25],
  },
  'splits with sizes as an attribute': {
    graph: {
      nodes: [node('Split', ['x'], ['p', 'q'], { axis: 2, split: [1, 3] })],
      outputs: { p: value, q: value },
    },
    opsets: [7, 10, 12],
  },
  'dropout with its ratio as an attribute': {
    graph: {
      nodes: [node('Dropout', ['x'], ['y', 'mask'], { ratio: float(0.5) })],
      outputs: { y: value },
    },
    opsets: [7, 10, 11],
  },
  'dropout whose mask is read': {
    graph: {
      nodes: [
        node('Dropout', ['x'], ['d', 'mask']),
        node('Cast', ['mask'], ['m'], { to: 1 }),
        node('Add', ['d', 'm'], ['y']),
      ],
      outputs: { y: value, m: value },
    },
    opsets: [7, 10, 11, 13],
  },
  'reductions with axes as an input': {
    graph: {
      nodes: [
        node('ReduceMean', ['x', 'axes'], ['mean']),
        node('ReduceMax', ['mean', 'axes'], ['norm']),
        node('ReduceMax', ['norm'], ['most'], { noop_with_empty_axes: 1 }),
        node('ReduceSumSquare', ['most'], ['y'], { keepdims: 0 }),
      ],
      initializers: { axes: ints(1) },
      outputs: { y: value },
    },
    opsets: [18, 20, 21, 22, 26],
  },
  'pads of some axes': {
    graph: {
      nodes: [node('Pad', ['x', 'pads', '', 'axes'], ['y'])],
      initializers: { pads: ints(2, 1), axes: ints(1) },
      outputs: { y: value },
    },
    opsets: [18, 19, 21, 23, 25],
  },
  'resizing with new attributes at their defaults': {
    graph: {
      nodes: [
        node('Resize', ['x', '', 'scales'], ['y'], {
          antialias: 0,
          keep_aspect_ratio_policy: 'stretch',
          mode: 'nearest',
        }),
      ],
      initializers: { scales: makeTensor('float32', [3], [1, 1, 2]) },
      outputs: { y: value },
    },
    opsets: [18, 19],
  },
};
