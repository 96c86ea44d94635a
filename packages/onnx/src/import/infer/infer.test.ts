import { describe, expect, it } from 'vitest';
import { floats, fileOf, ints, recurrence, x, type LoweringCase } from '../../testing/lowering-case.js';
import { importFor, opaqueTypes, runFile } from '../../testing/round-trip.js';
import { makeTensor } from '@sensorium/tensors';

/** What must be told of the outputs in order: sizes, or '?' for what only the run tells. */
interface Inferred extends LoweringCase {
  readonly told: readonly (readonly (number | '?')[])[];
}

const many = (...values: number[]) => makeTensor('int32', [values.length], values);
const int64 = (dims: number[], ...values: number[]) => makeTensor('int64', dims, values);
const bools = (...values: number[]) => makeTensor('bool', [values.length], values);
const bytes = (shape: number[]) =>
  makeTensor(
    'uint8',
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => (at * 37) % 251),
  );
const byte = makeTensor('uint8', [], [3]);
const scale = makeTensor('float32', [], [0.1]);
const words = { words: floats([6, 4], 2), places: floats([3, 4], 3), gamma: floats([4], 4), beta: floats([4], 5) };
const custom = (gates: number, activations: string[], outputs: string[], sizes: Inferred['told']): Inferred => ({
  ...recurrence(gates),
  attributes: { hidden_size: 4, activations },
  outputs,
  told: sizes,
});

const cases: Readonly<Record<string, readonly Inferred[]>> = {
  AffineGrid: [
    { opset: 20, feeds: { theta: floats([2, 2, 3]) }, stored: { size: ints(2, 1, 4, 5) }, told: [[2, 4, 5, 2]] },
    { opset: 20, feeds: { theta: floats([1, 3, 4]) }, stored: { size: ints(1, 1, 2, 4, 5) }, told: [[1, 2, 4, 5, 3]] },
  ],
  BitShift: [
    { feeds: { a: bytes([2, 3]), b: bytes([3]) }, attributes: { direction: 'LEFT' }, dtype: 'uint8', told: [[2, 3]] },
  ],
  BitwiseAnd: [{ opset: 18, feeds: { a: ints(1, 2), b: int64([3, 1], 1, 2, 3) }, dtype: 'int64', told: [[3, 2]] }],
  BitwiseNot: [{ opset: 18, feeds: { a: ints(1, 2) }, dtype: 'int64', told: [[2]] }],
  BitwiseOr: [{ opset: 18, feeds: { a: ints(1, 2), b: ints(4) }, dtype: 'int64', told: [[2]] }],
  BitwiseXor: [{ opset: 18, feeds: { a: ints(1, 2), b: ints(4) }, dtype: 'int64', told: [[2]] }],
  CenterCropPad: [
    { feeds: { ...x.feeds, size: ints(3) }, opset: 18, attributes: { axes: [1] }, told: [[2, '?', 4]] },
    { feeds: { ...x.feeds, size: ints(1, 2, 6) }, opset: 18, told: [['?', '?', '?']] },
  ],
  Col2Im: [
    {
      feeds: { x: floats([2, 12, 4]), size: ints(3, 3) },
      opset: 18,
      stored: { block: ints(2, 2) },
      told: [[2, 3, '?', '?']],
    },
  ],
  Compress: [
    { feeds: { ...x.feeds, kept: bools(1, 0, 1) }, attributes: { axis: 1 }, told: [[2, '?', 4]] },
    { feeds: { ...x.feeds, kept: bools(1, 0, 1) }, told: [['?']] },
  ],
  Concat: [
    {
      feeds: { a: floats([2, 3]), b: floats([2, 1]) },
      open: { a: [2, 'n'] },
      attributes: { axis: 1 },
      told: [[2, '?']],
    },
  ],
  ConvInteger: [{ feeds: { x: bytes([1, 2, 5]), w: bytes([3, 2, 2]) }, dtype: 'int32', told: [[1, 3, '?']] }],
  Det: [{ feeds: { x: floats([2, 3, 3]) }, told: [[2]] }],
  DFT: [
    { feeds: { x: floats([2, 5, 1]) }, told: [[2, 5, 2]] },
    { feeds: { x: floats([2, 5, 1]) }, attributes: { onesided: 1 }, told: [[2, '?', 2]] },
  ],
  DynamicQuantizeLinear: [
    { ...x, outputs: ['y', 'scale', 'zero'], dtypes: ['uint8', 'float32', 'uint8'], told: [[2, 3, 4], [], []] },
  ],
  EyeLike: [
    { feeds: { x: floats([2, 3]) }, told: [[2, 3]] },
    { feeds: { x: floats([3, 3]) }, attributes: { dtype: 7, k: 1 }, dtype: 'int64', told: [[3, 3]] },
  ],
  GlobalLpPool: [{ feeds: { x: floats([2, 3, 4, 5]) }, told: [[2, 3, 1, 1]] }],
  GridSample: [{ feeds: { x: floats([2, 3, 4, 5]), grid: floats([2, 6, 7, 2], 2, -1, 1) }, told: [[2, 3, 6, 7]] }],
  Hardmax: [{ ...x, told: [[2, 3, 4]] }],
  LSTM: [
    custom(
      4,
      ['Sigmoid', 'Relu', 'Tanh'],
      ['y', 'h', 'c'],
      [
        [3, 1, 2, 4],
        [1, 2, 4],
        [1, 2, 4],
      ],
    ),
  ],
  GRU: [custom(3, ['Relu', 'Tanh'], ['', 'h'], [[1, 2, 4]])],
  LpPool: [{ feeds: { x: floats([2, 3, 4]) }, attributes: { kernel_shape: [2] }, told: [[2, 3, '?']] }],
  MatMulInteger: [{ feeds: { a: bytes([2, 3, 4]), b: bytes([4, 5]) }, dtype: 'int32', told: [[2, 3, 5]] }],
  MaxPool: [
    {
      feeds: { x: floats([2, 3, 4]) },
      attributes: { kernel_shape: [2] },
      outputs: ['y', 'at'],
      dtypes: ['float32', 'int64'],
      told: [
        [2, 3, '?'],
        [2, 3, '?'],
      ],
    },
  ],
  NonMaxSuppression: [
    {
      feeds: { boxes: floats([1, 4, 4], 1, 0, 1), scores: floats([1, 2, 4], 2, 0, 1) },
      stored: { most: ints(3) },
      dtype: 'int64',
      told: [['?', 3]],
    },
  ],
  NonZero: [{ ...x, dtype: 'int64', told: [[3, '?']] }],
  OneHot: [
    {
      feeds: { x: int64([2, 2], 0, 1, 2, 1), depth: ints(3), values: floats([2]) },
      attributes: { axis: 1 },
      told: [[2, '?', 2]],
    },
  ],
  QLinearConv: [
    {
      feeds: { x: bytes([1, 2, 5, 5]) },
      stored: { s: scale, z: byte, w: bytes([3, 2, 2, 2]) },
      inputs: ['x', 's', 'z', 'w', 's', 'z', 's', 'z'],
      dtype: 'uint8',
      told: [[1, 3, '?', '?']],
    },
  ],
  QLinearMatMul: [
    {
      feeds: { a: bytes([2, 3]), b: bytes([3, 4]) },
      stored: { s: scale, z: byte },
      inputs: ['a', 's', 'z', 'b', 's', 'z', 's', 'z'],
      dtype: 'uint8',
      told: [[2, 4]],
    },
  ],
  QuantizeLinear: [
    { ...x, stored: { s: scale }, dtype: 'uint8', told: [[2, 3, 4]] },
    { ...x, stored: { s: scale, z: byte }, dtype: 'uint8', told: [[2, 3, 4]] },
  ],
  ReduceSum: [{ feeds: { ...x.feeds, axes: ints(1) }, told: [['?', '?', '?']] }],
  ReverseSequence: [{ ...x, stored: { lengths: ints(2, 1, 2) }, told: [[2, 3, 4]] }],
  RNN: [
    custom(
      1,
      ['Sigmoid'],
      ['y', 'h'],
      [
        [3, 1, 2, 4],
        [1, 2, 4],
      ],
    ),
  ],
  RoiAlign: [
    {
      feeds: { x: floats([1, 2, 6, 6]), rois: makeTensor('float32', [3, 4], [0, 0, 2, 3, 1, 1, 4, 5, 2, 0, 5, 5]) },
      stored: { batch: ints(0, 0, 0) },
      attributes: { output_height: 2, output_width: 3 },
      told: [[3, 2, 2, 3]],
    },
  ],
  Shrink: [{ ...x, told: [[2, 3, 4]] }],
  Split: [
    {
      feeds: { ...x.feeds, sizes: ints(1, 2) },
      attributes: { axis: 1 },
      outputs: ['p', 'q'],
      told: [
        [2, '?', 4],
        [2, '?', 4],
      ],
    },
  ],
  Tile: [{ feeds: { ...x.feeds, repeats: ints(1, 2, 1) }, told: [['?', '?', '?']] }],
  TopK: [
    {
      feeds: { ...x.feeds, k: ints(2) },
      attributes: { axis: 1 },
      outputs: ['y', 'at'],
      dtypes: ['float32', 'int64'],
      told: [
        [2, '?', 4],
        [2, '?', 4],
      ],
    },
  ],
  Unique: [
    { ...x, told: [['?']] },
    {
      ...x,
      attributes: { axis: 1 },
      outputs: ['y', '', 'which'],
      dtypes: ['float32', 'int64', 'int64'],
      told: [[2, '?', 4], ['?']],
    },
  ],
  'com.microsoft.Attention': [
    {
      ...x,
      stored: { w: floats([4, 18], 2), b: floats([18], 3) },
      attributes: { num_heads: 2, unidirectional: 1 },
      told: [[2, 3, 6]],
    },
  ],
  'com.microsoft.DynamicQuantizeMatMul': [{ ...x, stored: { b: bytes([4, 5]), s: scale, z: byte }, told: [[2, 3, 5]] }],
  'com.microsoft.EmbedLayerNormalization': [
    {
      feeds: { ids: makeTensor('int32', [2, 3], [0, 1, 2, 3, 4, 5]) },
      stored: words,
      inputs: ['ids', '', 'words', 'places', '', 'gamma', 'beta'],
      outputs: ['y', 'lengths'],
      dtypes: ['float32', 'int32'],
      told: [[2, 3, 4], [2]],
    },
  ],
  'com.microsoft.FusedMatMul': [
    {
      feeds: { a: floats([2, 3, 4]), b: floats([2, 3, 5], 2) },
      open: { a: [2, 'n', 4], b: [2, 3, 5] },
      attributes: { transA: 1, alpha: 2 },
      told: [[2, 4, 5]],
    },
  ],
  'com.microsoft.GroupQueryAttention': [
    {
      feeds: { q: floats([1, 2, 16]), k: floats([1, 2, 8], 2), v: floats([1, 2, 8], 3) },
      stored: { last: many(1), length: makeTensor('int32', [], [2]) },
      inputs: ['q', 'k', 'v', '', '', 'last', 'length'],
      attributes: { num_heads: 2, kv_num_heads: 1 },
      outputs: ['y', 'keys', 'values'],
      told: [
        [1, 2, 16],
        [1, 1, '?', '?'],
        [1, 1, '?', '?'],
      ],
    },
  ],
  'com.microsoft.MatMulNBits': [
    {
      feeds: { x: floats([2, 3, 16]) },
      stored: { b: bytes([5, 1, 8]), scales: floats([5], 2) },
      attributes: { K: 16, N: 5, bits: 4, block_size: 16 },
      told: [[2, 3, 5]],
    },
  ],
  'com.microsoft.MultiHeadAttention': [
    {
      feeds: { q: floats([2, 3, 6]), k: floats([2, 2, 5, 3], 2), v: floats([2, 2, 5, 3], 3) },
      attributes: { num_heads: 2 },
      told: [[2, 3, 6]],
    },
  ],
  'com.microsoft.QLinearAdd': [
    {
      feeds: { a: bytes([2, 3]), b: bytes([3]) },
      stored: { s: scale, z: byte },
      inputs: ['a', 's', 'z', 'b', 's', 'z', 's', 'z'],
      dtype: 'uint8',
      told: [[2, 3]],
    },
  ],
  'com.microsoft.QLinearConcat': [
    {
      feeds: { a: bytes([2, 3]), b: bytes([2, 1]) },
      stored: { s: scale, z: byte },
      inputs: ['s', 'z', 'a', 's', 'z', 'b', 's', 'z'],
      attributes: { axis: 1 },
      dtype: 'uint8',
      told: [[2, '?']],
    },
  ],
  'com.microsoft.QLinearGlobalAveragePool': [
    {
      feeds: { x: bytes([1, 2, 4, 3]) },
      stored: { s: scale, z: byte },
      inputs: ['x', 's', 'z', 's', 'z'],
      dtype: 'uint8',
      told: [[1, 2, 1, 1]],
    },
    {
      feeds: { x: bytes([1, 4, 3, 2]) },
      stored: { s: scale, z: byte },
      inputs: ['x', 's', 'z', 's', 'z'],
      attributes: { channels_last: 1 },
      dtype: 'uint8',
      told: [[1, 1, 1, 2]],
    },
  ],
  'com.microsoft.RotaryEmbedding': [
    {
      feeds: { x: floats([1, 2, 3, 4]) },
      stored: { at: int64([1, 3], 0, 1, 2), cosines: floats([3, 2], 2), sines: floats([3, 2], 3) },
      told: [[1, 2, 3, 4]],
    },
  ],
  'com.microsoft.SkipLayerNormalization': [
    {
      feeds: { x: floats([2, 3, 4]), skip: floats([2, 3, 4], 2) },
      stored: { gamma: words.gamma },
      outputs: ['y', 'mean', 'inverse'],
      told: [
        [2, 3, 4],
        [2, 3, 1],
        [2, 3, 1],
      ],
    },
  ],
};

describe.each(Object.entries(cases))('of %s, which is kept, sizes are told', (type, variants) => {
  it.each(variants.map((one, at) => [at, one] as const))('variant %i', async (_, { told, ...one }) => {
    const file = fileOf(type, one);
    const imported = importFor(file, one.feeds, { open: one.open });
    expect(opaqueTypes(imported)).toEqual([type.split('.').at(-1)]);
    const computed = await runFile(file, one.feeds);
    Object.entries(imported.outputs).forEach(([name, { dtype, shape }], at) => {
      const sizes = shape.map((size) => (typeof size === 'number' ? size : '?'));
      expect({ name, dtype, sizes }).toEqual({ name, dtype: computed[name]?.dtype, sizes: told[at] });
      const actual = computed[name]!.shape;
      expect(actual.map((size, axis) => (sizes[axis] === '?' ? '?' : size))).toEqual(sizes);
    });
  });
});
