import { node, type OnnxFileDescription } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { floats, ints } from './lowering-case.js';

/** A file for one sample. */
export interface BatchCase extends Pick<OnnxFileDescription, 'nodes' | 'initializers'> {
  /** Of one sample; without the batch. */
  readonly shape?: readonly number[];
}

/** Files in which samples would meet, be lost or not be found. 3 samples would fit everywhere, and the result be wrong. */
export const closedBatches: Readonly<Record<string, BatchCase>> = {
  'a mean over the samples': { nodes: [node('ReduceMean', ['x'], ['y'], { axes: [0] })] },
  'a mean over everything': { nodes: [node('ReduceMean', ['x'], ['y'])] },
  'a softmax over the samples': { nodes: [node('Softmax', ['x'], ['y'], { axis: 0 })] },
  'the first sample': {
    nodes: [node('Gather', ['x', 'zero'], ['y'])],
    initializers: { zero: makeTensor('int64', [], [0]) },
  },
  'a table with three rows for the one sample': {
    nodes: [node('Add', ['x', 'b'], ['y'])],
    initializers: { b: floats([3, 1, 1], 2) },
  },
  'a value added to itself along another axis': {
    nodes: [node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }), node('Add', ['x', 't'], ['y'])],
  },
  'matrices of samples by samples': {
    shape: [3],
    nodes: [node('Transpose', ['x'], ['t']), node('MatMul', ['t', 'x'], ['y'])],
  },
  'a stack of other matrices': {
    nodes: [node('MatMul', ['x', 'w'], ['y'])],
    initializers: { w: floats([3, 4, 2], 2) },
  },
  'rows cut from all samples': {
    nodes: [node('Reshape', ['x', 'rows'], ['r']), node('Slice', ['r', 'start', 'stop'], ['y'])],
    initializers: { rows: ints(3, 4), start: ints(0), stop: ints(2) },
  },
  'a batch that is squeezed away': { nodes: [node('Squeeze', ['x', 'axes'], ['y'])], initializers: { axes: ints(0) } },
  'a reshape across the samples': {
    nodes: [node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }), node('Reshape', ['t', 'to'], ['y'])],
    initializers: { to: ints(1, 3, 4) },
  },
  'padding with samples': {
    nodes: [node('Pad', ['x', 'pads'], ['y'])],
    initializers: { pads: ints(1, 0, 0, 0, 0, 0) },
  },
  'a repeated batch': { nodes: [node('Tile', ['x', 'repeats'], ['y'])], initializers: { repeats: ints(2, 1, 1) } },
  'samples behind each other': { nodes: [node('Concat', ['x', 'x'], ['y'], { axis: 0 })] },
  'an operator of another domain': { nodes: [node('Trilu', ['x'], ['y'], { domain: 'com.microsoft' })] },
  'a resized batch': {
    shape: [2, 3, 4],
    nodes: [node('Resize', ['x', '', '', 'sizes'], ['y'], { mode: 'linear' })],
    initializers: { sizes: ints(2, 2, 6, 8) },
  },
  'the same elements of all samples': {
    nodes: [node('GatherElements', ['x', 'at'], ['y'], { axis: 2 })],
    initializers: { at: makeTensor('int64', [1, 3, 2], [0, 1, 2, 3, 0, 1]) },
  },
  'elements of other samples': {
    nodes: [
      node('Cast', ['x'], ['n'], { to: 7 }),
      node('Sub', ['n', 'n'], ['at']),
      node('GatherElements', ['x', 'at'], ['y'], { axis: 0 }),
    ],
  },
  'a sum of products over the samples': {
    nodes: [node('Einsum', ['x', 'x'], ['y'], { equation: 'bij,bjk->ik' })],
  },
  'products of every sample with every other': {
    shape: [3],
    nodes: [node('Einsum', ['x', 'x'], ['y'], { equation: 'ai,bi->ab' })],
  },
  'a sequence of samples': {
    nodes: [node('LSTM', ['x', 'w', 'r'], ['', 'y'], { hidden_size: 2 })],
    initializers: { w: floats([1, 8, 4], 2), r: floats([1, 8, 2], 3) },
  },
  'a variant of a recurrence that is kept, with one initial state': {
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }),
      node('GRU', ['t', 'w', 'r', '', '', 'h'], ['', 'y'], { hidden_size: 2, activations: ['Relu', 'Tanh'] }),
    ],
    initializers: { w: floats([1, 6, 4], 2), r: floats([1, 6, 2], 3), h: floats([1, 1, 2], 4) },
  },
  'a mean and deviation of all samples': {
    shape: [2, 3, 4],
    nodes: [node('MeanVarianceNormalization', ['x'], ['y'])],
  },
  'a norm of samples': { nodes: [node('LpNormalization', ['x'], ['y'], { axis: 0 })] },
  'a table with three rows that is skipped to': {
    nodes: [node('SkipLayerNormalization', ['x', 'table', 'g'], ['y'], { domain: 'com.microsoft' })],
    initializers: { table: floats([3, 3, 4], 2), g: floats([4], 3) },
  },
  'lengths of sequences': {
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }),
      node('RNN', ['t', 'w', 'r', '', 'lengths'], ['', 'y'], { hidden_size: 2 }),
    ],
    initializers: { w: floats([1, 2, 4], 2), r: floats([1, 2, 2], 3), lengths: makeTensor('int32', [1], [2]) },
  },
  'the statistics of a batch': {
    nodes: [node('BatchNormalization', ['x', 's', 's', 's', 's'], ['y'], { training_mode: 1 })],
    initializers: { s: floats([3], 2) },
  },
  'positions of maxima': {
    shape: [1, 4, 4],
    nodes: [node('MaxPool', ['x'], ['m', 'at'], { kernel_shape: [2, 2] }), node('Cast', ['at'], ['y'], { to: 1 })],
  },
  'a scale for each row of the one sample': {
    nodes: [
      node('Reshape', ['x', 'rows'], ['r']),
      node('QuantizeLinear', ['r', 'scales'], ['q'], { axis: 0 }),
      node('Cast', ['q'], ['y'], { to: 1 }),
    ],
    initializers: { rows: ints(3, 4), scales: makeTensor('float32', [3], [0.5, 1, 2]) },
  },
  'a scale that follows from all samples': {
    nodes: [node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']), node('Cast', ['q'], ['y'], { to: 1 })],
  },
  'a triangle of samples': { shape: [4], nodes: [node('Trilu', ['x'], ['y'])] },
};
