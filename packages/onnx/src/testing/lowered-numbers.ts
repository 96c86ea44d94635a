import type { Tensor } from '@sensorium/contracts';
import { elementTypes } from '@sensorium/graph/protobuf';
import { makeTensor } from '@sensorium/tensors';
import { float, floats, ints, scalar, x, image, channels, recurrence, type LoweringCase } from './lowering-case.js';

const bools = (...values: number[]): Tensor => makeTensor('bool', [values.length], values);
const integer = (value: number): Tensor => makeTensor('int64', [], [value]);
const positive: LoweringCase = { feeds: { x: floats([2, 3, 4], 1, 0.5, 3) } };
const inside: LoweringCase = { feeds: { x: floats([2, 3, 4], 1, -0.9, 0.9) } };
const wide: LoweringCase = { feeds: { x: floats([2, 3, 4], 1, -5, 5) } };
const pair: LoweringCase = { feeds: { a: floats([2, 3, 4], 1), b: floats([3, 1], 2) } };
const comparison: LoweringCase = { ...pair, dtype: 'bool' };
const logical: LoweringCase = { feeds: { a: bools(1, 0, 1, 0), b: bools(1, 1, 0, 0) }, dtype: 'bool' };
const three: LoweringCase = { feeds: { a: floats([2, 3], 1), b: floats([3], 2), c: floats([2, 1], 3) } };
const reductions = (one: LoweringCase): LoweringCase[] => [
  one,
  { ...one, attributes: { axes: [-1, 0], keepdims: 0 } },
  { ...one, opset: 18, stored: { axes: ints(1) } },
];
const reduced = reductions(x);
const truths: LoweringCase = {
  feeds: { x: makeTensor('bool', [2, 2], [1, 0, 1, 1]) },
  stored: { axes: ints(1) },
  opset: 20,
  dtype: 'bool',
};
const found: LoweringCase[] = [
  { ...x, dtype: 'int64' },
  { ...x, attributes: { axis: -1, keepdims: 0 }, dtype: 'int64' },
  {
    feeds: { x: makeTensor('float32', [2, 2], [1, 1, 2, 2]) },
    attributes: { axis: 1, select_last_index: 1 },
    dtype: 'int64',
  },
];
const channelGroups = { scale: floats([2], 2), bias: floats([2], 3) };
const both = (gates: number): LoweringCase => {
  const { feeds, stored = {}, attributes } = recurrence(gates, 2);
  return {
    feeds: { ...feeds, h: floats([2, 2, 4], 5) },
    stored: { ...stored, b: floats([2, 8 * gates], 4) },
    inputs: ['x', 'w', 'r', 'b', '', 'h'],
    attributes: { ...attributes, direction: 'bidirectional' },
  };
};

/** The second sample is shorter. */
const ofLengths = ({ stored, inputs = [], ...one }: LoweringCase): LoweringCase => ({
  ...one,
  stored: { ...stored, lengths: makeTensor('int32', [2], [3, 1]) },
  inputs: inputs.with(4, 'lengths'),
});

/** Nodes that compute, in all variants that are built from our operators. */
export const loweredNumbers: Readonly<Record<string, readonly LoweringCase[]>> = {
  Abs: [x],
  Acos: [inside],
  Acosh: [{ feeds: { x: floats([2, 3], 1, 1.1, 3) } }],
  Add: [pair],
  And: [logical],
  ArgMax: found,
  ArgMin: found,
  Asin: [inside],
  Asinh: [x],
  Atan: [x],
  Atanh: [inside],
  BatchNormalization: [
    {
      ...image,
      stored: { ...channels, mean: floats([4], 4), variance: floats([4], 5, 0.5, 2) },
      attributes: { epsilon: 1e-3 },
    },
    // By the statistics of the batch.
    {
      ...image,
      stored: { ...channels, mean: floats([4], 4), variance: floats([4], 5, 0.5, 2) },
      attributes: { epsilon: 1e-3, momentum: 0.75, training_mode: 1 },
      outputs: ['y', 'running_mean', 'running_variance'],
    },
  ],
  Cast: [{ ...x, attributes: { to: elementTypes.int32 }, dtype: 'int32' }],
  CastLike: [{ feeds: { x: floats([2, 3]) }, stored: { like: ints(1) }, dtype: 'int64' }],
  Ceil: [x],
  Celu: [x, { ...x, attributes: { alpha: 0.5 } }],
  Clip: [
    { ...x, stored: { low: scalar(-0.5), high: scalar(1) } },
    { ...x, stored: { low: scalar(-0.5) } },
    { ...x, stored: { high: scalar(0.3) }, inputs: ['x', '', 'high'] },
    { feeds: { x: floats([2, 3]), high: scalar(0.3) }, stored: { low: scalar(-0.5) }, inputs: ['x', 'low', 'high'] },
    { feeds: { x: ints(1, 2, 3) }, stored: { low: makeTensor('int64', [], [2]) }, dtype: 'int64' },
  ],
  Cos: [x],
  Cosh: [x],
  Div: [{ feeds: { a: floats([2, 3]), b: floats([3], 2, 1, 2) } }],
  Dropout: [
    x,
    { ...x, stored: { ratio: scalar(0.5) } },
    { ...x, outputs: ['y', 'mask'], dtypes: ['float32', 'bool'] },
    { ...x, outputs: ['y', 'unread'], dtypes: ['float32', 'bool'], unread: ['unread'] },
  ],
  Einsum: [
    { feeds: { a: floats([2, 3, 4], 1), b: floats([2, 4, 5], 2) }, attributes: { equation: 'bik, bkj -> bij' } },
    { feeds: { a: floats([3, 4], 1), b: floats([4], 2) }, attributes: { equation: 'ij,j' } },
    { ...x, attributes: { equation: '...ij->...ji' } },
    { feeds: { a: floats([3, 3, 2], 1), b: floats([2], 2) }, attributes: { equation: 'iij,j->i' } },
  ],
  Elu: [x, { ...x, attributes: { alpha: 2 } }],
  Equal: [{ feeds: { a: ints(1, 2, 3), b: ints(1, 3, 3) }, dtype: 'bool' }],
  Erf: [x],
  Exp: [x],
  Floor: [x],
  Gelu: [
    { ...x, opset: 20 },
    { ...x, opset: 20, attributes: { approximate: 'tanh' } },
  ],
  Gemm: [
    {
      feeds: { a: floats([3, 2], 1), b: floats([4, 3], 2) },
      stored: { c: floats([4], 3) },
      attributes: { transA: 1, transB: 1, alpha: 0.5, beta: 2 },
    },
    { feeds: { a: floats([2, 3], 1), b: floats([3, 4], 2) } },
  ],
  Greater: [comparison],
  GreaterOrEqual: [comparison],
  GroupNormalization: [
    { ...image, opset: 21, stored: channels, attributes: { num_groups: 2, epsilon: 1e-3 } },
    { ...image, opset: 18, stored: channelGroups, attributes: { num_groups: 2 } },
  ],
  GRU: [
    { ...recurrence(3), outputs: ['y', 'h'] },
    { ...both(3), outputs: ['y'] },
    { ...both(3), outputs: ['', 'last'], attributes: { ...both(3).attributes, linear_before_reset: 1 } },
    { ...recurrence(3), attributes: { hidden_size: 4, direction: 'reverse', activations: ['Sigmoid', 'Tanh'] } },
    { ...ofLengths(both(3)), outputs: ['y', 'last'] },
  ],
  HardSigmoid: [wide, { ...wide, attributes: { alpha: 0.3, beta: 0.25 } }],
  HardSwish: [wide],
  Identity: [x],
  InstanceNormalization: [{ ...image, stored: channels, attributes: { epsilon: 1e-3 } }],
  IsNaN: [{ feeds: { x: makeTensor('float32', [3], [1, NaN, Infinity]) }, dtype: 'bool' }],
  LayerNormalization: [
    { ...x, stored: { scale: floats([4], 2), bias: floats([4], 3) }, attributes: { epsilon: 1e-3 } },
    { ...x, stored: { scale: floats([3, 4], 2) }, attributes: { axis: 1 } },
    { ...x, stored: { scale: floats([1], 2), bias: floats([4], 3) }, attributes: { axis: 1 } },
    { ...x, stored: { scale: floats([3, 4], 2) }, attributes: { axis: 1, epsilon: 1e-3 }, outputs: ['y', 'm', 'd'] },
    { ...x, stored: { scale: floats([4], 2) }, outputs: ['y', 'm', 'd'], unread: ['m', 'd'] },
  ],
  LeakyRelu: [x, { ...x, attributes: { alpha: 0.2 } }],
  Less: [comparison],
  LessOrEqual: [comparison],
  Log: [positive],
  LogSoftmax: [x, { ...x, attributes: { axis: 1 } }],
  LpNormalization: [
    x,
    { ...x, attributes: { axis: 1, p: 1 } },
    { feeds: { x: makeTensor('float32', [2, 2], [0, 0, 3, -4]) }, differentiable: false },
  ],
  LRN: [
    { ...image, attributes: { size: 3 } },
    { ...image, attributes: { size: 5, alpha: float(0.5), beta: float(0.6), bias: float(2) } },
    { feeds: { x: floats([1, 5, 2, 3]) }, attributes: { size: 3, alpha: float(0.5) } },
  ],
  LSTM: [
    { ...recurrence(4), outputs: ['y', 'h', 'c'] },
    {
      ...both(4),
      stored: { ...both(4).stored, c: floats([2, 2, 4], 6) },
      inputs: ['x', 'w', 'r', 'b', '', 'h', 'c'],
      outputs: ['y', '', 'cell'],
    },
    {
      ...recurrence(4),
      attributes: { hidden_size: 4, direction: 'reverse', activations: ['Sigmoid', 'Tanh', 'Tanh'] },
    },
    { ...ofLengths(both(4)), outputs: ['y', 'last', 'cell'] },
    {
      ...recurrence(4),
      feeds: { ...recurrence(4).feeds, p: floats([1, 12], 4) },
      inputs: ['x', 'w', 'r', '', '', '', '', 'p'],
      outputs: ['y', 'last', 'cell'],
    },
  ],
  MatMul: [
    { feeds: { a: floats([2, 3, 4], 1) }, open: { a: ['batch', 'time', 4] }, stored: { b: floats([4, 2], 2) } },
    { feeds: { a: floats([2, 3, 4], 1), b: floats([4, 2], 2) } },
    { feeds: { a: floats([4], 1), b: floats([2, 4, 3], 2) } },
    { feeds: { a: floats([2, 3, 4], 1), b: floats([4], 2) } },
    { feeds: { a: floats([4], 1), b: floats([4], 2) } },
  ],
  Max: [three],
  Mean: [three],
  MeanVarianceNormalization: [image, { ...x, attributes: { axes: [1] } }],
  Min: [three],
  Mish: [{ ...x, opset: 18 }],
  Mod: [
    { ...pair, attributes: { fmod: 1 } },
    { feeds: { a: ints(5, -5, 7), b: ints(3, 3, -4) }, dtype: 'int64' },
    { feeds: { a: ints(5, -5, 7), b: ints(3, 3, -4) }, attributes: { fmod: 1 }, dtype: 'int64' },
  ],
  Mul: [pair],
  Neg: [x],
  Not: [{ feeds: { x: bools(1, 0) }, dtype: 'bool' }],
  Or: [logical],
  Pow: [
    { ...positive, stored: { exponent: scalar(1.5) } },
    { feeds: { a: floats([2, 3, 1], 1, 0.5, 3), b: floats([4], 2) } },
    { feeds: { a: floats([2, 3], 1), b: makeTensor('int64', [3], [2, 3, 0]) } },
    { feeds: { a: ints(2, 3, -1), b: ints(3, 2, 3) }, dtype: 'int64' },
  ],
  PRelu: [{ ...x, stored: { slope: floats([3, 1], 2, 0, 1) } }],
  Reciprocal: [positive],
  ReduceL1: reduced,
  ReduceL2: reduced,
  ReduceLogSum: reductions(positive),
  ReduceLogSumExp: reduced,
  ReduceMax: [...reduced, truths],
  ReduceMean: reduced,
  ReduceMin: [...reduced, truths],
  ReduceProd: reduced,
  ReduceSum: [
    x,
    { ...x, stored: { axes: ints(1) }, attributes: { keepdims: 0 } },
    { ...x, attributes: { noop_with_empty_axes: 1 } },
  ],
  ReduceSumSquare: reduced,
  Relu: [x],
  RNN: [
    { ...recurrence(1), outputs: ['y', 'h'] },
    { ...both(1), attributes: { ...both(1).attributes, activations: ['Relu', 'Relu'] } },
    { ...ofLengths(both(1)), outputs: ['y', 'last'] },
  ],
  Round: [{ feeds: { x: makeTensor('float32', [5], [0.5, 1.5, -0.5, 2.4, -2.6]) } }],
  Selu: [x, { ...x, attributes: { alpha: 0.7, gamma: 2 } }],
  Sigmoid: [x],
  Sign: [x],
  SimplifiedLayerNormalization: [
    { ...x, stored: { scale: floats([4], 2) }, attributes: { axis: -1, epsilon: 1e-3, stash_type: 1 } },
  ],
  Sin: [x],
  Sinh: [x],
  Softmax: [x, { ...x, attributes: { axis: 0 } }],
  Softplus: [x],
  Softsign: [x],
  Sqrt: [positive],
  STFT: [
    { feeds: { x: floats([2, 12, 1]) }, stored: { step: integer(2), window: floats([5], 2) } },
    {
      feeds: { x: floats([1, 12, 1]) },
      stored: { step: integer(3), window: floats([4], 2), length: integer(4) },
      attributes: { onesided: 0 },
    },
    {
      feeds: { x: floats([1, 9, 2]) },
      stored: { step: integer(2), length: integer(4) },
      inputs: ['x', 'step', '', 'length'],
      attributes: { onesided: 0 },
    },
  ],
  Sub: [pair],
  Sum: [three],
  Tan: [inside],
  Tanh: [x],
  ThresholdedRelu: [x, { ...x, attributes: { alpha: 0.5 } }],
  Where: [{ feeds: { condition: bools(1, 0, 1), a: floats([2, 3]), b: floats([3], 2) } }],
  Xor: [logical],
};
