import type { Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { rows, makeTensor } from '@sensorium/tensors';
import { numbers, relativeError, spreadTensor, node, onnxFile } from '@sensorium/graph/testing';
import { closedBatches, type BatchCase } from '../testing/closed-batches.js';
import { importFor, runFile, runImported } from '../testing/round-trip.js';

const floats = (shape: readonly number[], seed: number): Tensor => spreadTensor('float32', shape, seed);
const ints = (...values: number[]): Tensor => makeTensor('int64', [values.length], values);
const float = { dtype: 'float32' } as const;

const fileOf = ({ nodes, initializers, shape = [3, 4] }: BatchCase): Uint8Array =>
  onnxFile({
    nodes,
    initializers,
    inputs: { x: { dtype: 'float32', shape: [1, ...shape] } },
    outputs: { y: float },
    opsets: { 'com.microsoft': 1 },
  });

const microsoft = { domain: 'com.microsoft' };

/** Files for one sample that can be run on many: y has the samples in front. */
const open: Record<string, BatchCase> = {
  'convolutions in the order of TFLite': {
    shape: [6, 6, 2],
    nodes: [
      node('Transpose', ['x'], ['planes'], { perm: [0, 3, 1, 2] }),
      node('Conv', ['planes', 'kernel', 'bias'], ['c'], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
      node('GlobalAveragePool', ['c'], ['g']),
      node('Transpose', ['g'], ['t'], { perm: [0, 2, 3, 1] }),
      node('Reshape', ['t', 'flat'], ['f']),
      node('Gemm', ['f', 'dense', 'row'], ['z']),
      node('Softmax', ['z'], ['y']),
    ],
    initializers: {
      kernel: floats([5, 2, 3, 3], 2),
      bias: floats([5], 3),
      flat: ints(1, 5),
      dense: floats([5, 3], 4),
      row: floats([1, 3], 5),
    },
  },
  'rows of all samples in one matrix, and back': {
    nodes: [
      node('Reshape', ['x', 'rows'], ['r']),
      node('MatMul', ['r', 'weight'], ['m']),
      node('Reshape', ['m', 'back'], ['y']),
    ],
    initializers: { rows: ints(3, 4), weight: floats([4, 2], 2), back: ints(1, 3, 2) },
  },
  'a shape that the file computes': {
    nodes: [
      node('Shape', ['x'], ['shape']),
      node('Gather', ['shape', 'zero'], ['b']),
      node('Concat', ['b', 'rest'], ['target'], { axis: 0 }),
      node('Reshape', ['x', 'target'], ['y']),
    ],
    initializers: { zero: ints(0), rest: ints(-1, 2) },
  },
  'a token before every sequence': {
    nodes: [
      node('Concat', ['token', 'x'], ['c'], { axis: 1 }),
      node('Add', ['c', 'place'], ['s']),
      node('LayerNormalization', ['s', 'scale'], ['y']),
    ],
    initializers: { token: floats([1, 1, 4], 2), place: floats([1, 4, 4], 3), scale: floats([4], 4) },
  },
  'attention with samples on a second axis': {
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }),
      node('Reshape', ['t', 'heads'], ['h']),
      node('Transpose', ['h'], ['q'], { perm: [1, 2, 0, 3] }),
      node('Transpose', ['h'], ['k'], { perm: [1, 2, 3, 0] }),
      node('MatMul', ['q', 'k'], ['scores']),
      node('Softmax', ['scores'], ['p']),
      node('MatMul', ['p', 'q'], ['o']),
      node('ReduceMean', ['o'], ['y'], { axes: [1, -2], keepdims: 0 }),
    ],
    initializers: { heads: ints(3, 1, 2, 2) },
  },
  'slices, splits, pads and repetitions': {
    nodes: [
      node('Slice', ['x', 'start', 'stop', 'axes'], ['s']),
      node('Pad', ['s', 'pads'], ['p']),
      node('Split', ['p'], ['a', 'b'], { axis: 2 }),
      node('Sub', ['a', 'b'], ['d']),
      node('Expand', ['d', 'wide'], ['e']),
      node('Unsqueeze', ['e', 'two'], ['u']),
      node('Squeeze', ['u', 'two'], ['q']),
      node('Where', ['always', 'q', 'zero'], ['y']),
    ],
    initializers: {
      start: ints(0, 1),
      stop: ints(1, 2 ** 40),
      axes: ints(0, 1),
      pads: ints(0, 0, 2, 0, 0, 0),
      wide: ints(1, 2, 3),
      two: ints(2),
      always: makeTensor('bool', [], [1]),
      zero: makeTensor('float32', [], [0]),
    },
  },
  'a recurrence with one initial state': {
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }),
      node('LSTM', ['t', 'w', 'r', '', '', 'h', 'c'], ['all', 'last', 'cell'], {
        hidden_size: 2,
        direction: 'bidirectional',
      }),
      node('GRU', ['t', 'w3', 'r3', '', '', 'last'], ['', 'h3'], { hidden_size: 2, direction: 'bidirectional' }),
      node('Transpose', ['all'], ['a'], { perm: [2, 0, 1, 3] }),
      node('Reshape', ['a', 'flat'], ['f']),
      node('Concat', ['last', 'cell', 'h3'], ['k'], { axis: 0 }),
      node('Transpose', ['k'], ['s'], { perm: [1, 0, 2] }),
      node('Concat', ['f', 's'], ['y'], { axis: 1 }),
    ],
    initializers: {
      w: floats([2, 8, 4], 2),
      r: floats([2, 8, 2], 3),
      h: floats([2, 1, 2], 4),
      c: floats([2, 1, 2], 5),
      w3: floats([2, 6, 4], 6),
      r3: floats([2, 6, 2], 7),
      flat: ints(1, 6, 2),
    },
  },
  'elements of every sample, where it says so itself': {
    nodes: [
      node('ArgMax', ['x'], ['m'], { axis: 2 }),
      node('GatherElements', ['x', 'm'], ['e'], { axis: 2 }),
      node('ScatterElements', ['x', 'm', 'e'], ['s'], { axis: 1, reduction: 'add' }),
      node('GatherND', ['s', 'm'], ['y'], { batch_dims: 2 }),
    ],
  },
  'products with a letter for the samples': {
    nodes: [
      node('Einsum', ['x', 'w'], ['p'], { equation: 'bij,jk->ikb' }),
      node('Einsum', ['p', 'x'], ['q'], { equation: 'ikb,bij->bkj' }),
      node('Trilu', ['q'], ['y'], { upper: 0 }),
    ],
    initializers: { w: floats([4, 3], 2) },
  },
  'normalised and resized images': {
    shape: [2, 3, 4],
    nodes: [
      node('InstanceNormalization', ['x', 'scale', 'bias'], ['n']),
      node('Resize', ['n', '', '', 'sizes'], ['large'], { mode: 'linear' }),
      node('ConvTranspose', ['large', 'w'], ['c'], { strides: [2, 2] }),
      node('Resize', ['c', '', 'scales'], ['small']),
      node('GlobalMaxPool', ['small'], ['y']),
    ],
    initializers: {
      scale: floats([2], 2),
      bias: floats([2], 3),
      sizes: ints(1, 2, 6, 8),
      w: floats([2, 2, 3, 3], 4),
      scales: makeTensor('float32', [4], [1, 1, 0.5, 0.5]),
    },
  },
  'a table of vectors': {
    nodes: [
      node('Cast', ['x'], ['n'], { to: 7 }),
      node('Abs', ['n'], ['ids']),
      node('Gather', ['table', 'ids'], ['g']),
      node('ReduceSum', ['g', 'axes'], ['s'], { keepdims: 0 }),
      node('Flatten', ['s'], ['y'], { axis: 1 }),
    ],
    initializers: { table: floats([5, 3], 2), axes: ints(1, -1) },
  },
  'a table of more axes, behind which the samples lie': {
    nodes: [node('Add', ['x', 'b'], ['s']), node('Transpose', ['s'], ['y'], { perm: [1, 0, 2, 3] })],
    initializers: { b: floats([2, 1, 3, 4], 2) },
  },
  'images with channels last that are resized': {
    shape: [4, 5, 2],
    nodes: [node('Resize', ['x', '', 'scales'], ['r'], { mode: 'linear' }), node('Relu', ['r'], ['y'])],
    initializers: { scales: makeTensor('float32', [4], [1, 2, 1.5, 1]) },
  },
  'what ONNX Runtime leaves in transformers': {
    nodes: [
      node('BiasGelu', ['x', 'b'], ['a'], microsoft),
      node('SkipLayerNormalization', ['a', 'x', 'g'], ['n', '', '', 'sum'], microsoft),
      node('FastGelu', ['n', 'b'], ['f'], microsoft),
      node('SkipSimplifiedLayerNormalization', ['f', 'sum', 'g'], ['s'], microsoft),
      node('QuickGelu', ['s'], ['q'], microsoft),
      node('SimplifiedLayerNormalization', ['q', 'g'], ['r'], { axis: -1 }),
      node('LpNormalization', ['r'], ['l'], { axis: 1 }),
      node('CastLike', ['l', 'b'], ['y']),
    ],
    initializers: { b: floats([4], 2), g: floats([4], 3) },
  },
  'squares of pixels that are channels, and back': {
    shape: [8, 2, 3],
    nodes: [
      node('DepthToSpace', ['x'], ['d'], { blocksize: 2 }),
      node('LRN', ['d'], ['l'], { size: 3 }),
      node('MeanVarianceNormalization', ['l'], ['m'], { axes: [2, 3] }),
      node('SpaceToDepth', ['m'], ['y'], { blocksize: 2 }),
    ],
  },
  'classes of numbers': {
    shape: [3],
    nodes: [
      node('Cast', ['x'], ['n'], { to: 7 }),
      node('OneHot', ['n', 'depth', 'values'], ['h'], { axis: 0 }),
      node('Transpose', ['h'], ['y'], { perm: [1, 0, 2] }),
    ],
    initializers: { depth: ints(3), values: floats([2], 2) },
  },
  'a simple recurrence': {
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }),
      node('RNN', ['t', 'w', 'r'], ['', 'last'], { hidden_size: 2 }),
      node('Transpose', ['last'], ['y'], { perm: [1, 0, 2] }),
    ],
    initializers: { w: floats([1, 2, 4], 2), r: floats([1, 2, 2], 3) },
  },
  'a file in whole numbers': {
    nodes: [
      node('QuantizeLinear', ['x', 'scale', 'zero'], ['q']),
      node('DequantizeLinear', ['q', 'scale', 'zero'], ['d']),
      node('MatMulInteger', ['q', 'w'], ['m']),
      node('Cast', ['m'], ['c'], { to: 1 }),
      node('Concat', ['c', 'd'], ['s'], { axis: 2 }),
      node('QuantizeLinear', ['s', 'scales', 'zeros'], ['p'], { axis: 1 }),
      node('DequantizeLinear', ['p', 'scales', 'zeros'], ['y'], { axis: 1 }),
    ],
    initializers: {
      scale: makeTensor('float32', [], [0.02]),
      zero: makeTensor('uint8', [], [100]),
      scales: makeTensor('float32', [3], [0.5, 0.25, 0.1]),
      zeros: makeTensor('uint8', [3], [100, 90, 80]),
      w: makeTensor('uint8', [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
    },
  },
  'a file whose samples end up on the last axis': {
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [1, 2, 0] }),
      node('Mul', ['t', 'factor'], ['m']),
      node('Transpose', ['m'], ['y'], { perm: [2, 0, 1] }),
    ],
    initializers: { factor: floats([3, 4, 1], 2) },
  },
};

const BATCH = 3;

describe.each(Object.entries(open))('%s', (_, one) => {
  it.each([BATCH, 'batch'])('keeps samples apart in a batch of %s', async (batch) => {
    const { shape = [3, 4] } = one;
    const file = fileOf(one);
    const feeds = { x: floats([BATCH, ...shape], 1) };
    const imported = importFor(file, feeds, { open: { x: [batch, ...shape] } });
    expect(imported.outputs['y']?.shape[0]).toBe(batch);
    const { y } = await runImported(imported, feeds);
    const expected: number[] = [];
    for (let sample = 0; sample < BATCH; sample++) {
      const { y: alone } = await runFile(file, rows(feeds, sample, sample + 1));
      expected.push(...numbers(alone));
    }
    expect(relativeError(numbers(y), expected)).toBeLessThan(1e-5);
  });
});

it.each(Object.entries(closedBatches))('%s is refused', (_, one) => {
  const { shape = [3, 4] } = one;
  const file = onnxFile({
    ...one,
    inputs: { x: { dtype: 'float32', shape: [1, ...shape] } },
    outputs: { y: float },
    opsets: { 'com.microsoft': 1 },
  });
  for (const batch of [3, 'batch']) {
    const options = { open: { x: [batch, ...shape] } };
    expect(() => importFor(file, { x: floats([3, ...shape], 1) }, options)).toThrow(
      /keep several samples apart cannot be told/,
    );
  }
  expect(() => importFor(file, { x: floats([1, ...shape], 1) }, { shapes: { y: ['any'] } })).not.toThrow();
});

it('two batches of different sizes are refused', () => {
  const declared = { dtype: 'float32', shape: [1, 4] } as const;
  const file = onnxFile({
    nodes: [node('Add', ['a', 'b'], ['y'])],
    inputs: { a: declared, b: declared },
    outputs: { y: float },
  });
  expect(() => importFor(file, { a: floats([2, 4], 1), b: floats([3, 4], 1) })).toThrow(
    'fixed batch of 1 was given as 2 and 3',
  );
});
