import type { Tensor, Tensors } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { spreadTensor } from '../../testing/numbers.js';
import { node, onnxFile } from '../../testing/onnx-file.js';
import { expectRoundTrip, opaqueTypes } from '../../testing/round-trip.js';
import { makeTensor } from '../../value.js';
import { elementTypes } from '../types.js';
import { loweredTypes } from './lower/index.js';

interface Case {
  /** What the file is fed. */
  readonly feeds: Tensors;
  /** What it has stored. */
  readonly stored?: Tensors;
  /** All inputs of the node in order; default: what is fed, then what is stored. */
  readonly inputs?: string[];
  readonly attributes?: Parameters<typeof node>[3];
  readonly outputs?: string[];
  /** Default 17 */
  readonly opset?: number;
  /** Of the outputs; default float32 */
  readonly dtype?: Tensor['dtype'];
}

const floats = (shape: readonly number[], seed = 1, low?: number, high?: number): Tensor =>
  spreadTensor('float32', shape, seed, low, high);
const ints = (...values: number[]): Tensor => makeTensor('int64', [values.length], values);
const scalar = (value: number): Tensor => makeTensor('float32', [], [value]);
const bools = (...values: number[]): Tensor => makeTensor('bool', [values.length], values);

const x: Case = { feeds: { x: floats([2, 3, 4]) } };
const positive: Case = { feeds: { x: floats([2, 3, 4], 1, 0.5, 3) } };
const pair: Case = { feeds: { a: floats([2, 3, 4], 1), b: floats([3, 1], 2) } };
const comparison: Case = { ...pair, dtype: 'bool' };
const image: Case = { feeds: { x: floats([2, 4, 7, 6]) } };
const three: Case = { feeds: { a: floats([2, 3], 1), b: floats([3], 2), c: floats([2, 1], 3) } };
const reduced: Case[] = [x, { ...x, attributes: { axes: [-1, 0], keepdims: 0 } }];

/** Every operator that is built from ours, in all its variants. */
const cases: Record<string, readonly Case[]> = {
  Abs: [x],
  Add: [pair],
  AveragePool: [{ ...image, attributes: { kernel_shape: [2, 2], strides: [2, 2] } }],
  BatchNormalization: [
    {
      ...image,
      stored: { scale: floats([4], 2), bias: floats([4], 3), mean: floats([4], 4), variance: floats([4], 5, 0.5, 2) },
      attributes: { epsilon: 1e-3 },
    },
  ],
  Cast: [{ ...x, attributes: { to: elementTypes.int32 }, dtype: 'int32' }],
  Clip: [
    { ...x, stored: { low: scalar(-0.5), high: scalar(1) } },
    { ...x, stored: { low: scalar(-0.5) } },
    { ...x, stored: { high: scalar(0.3) }, inputs: ['x', '', 'high'] },
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
  Cos: [x],
  Div: [{ feeds: { a: floats([2, 3]), b: floats([3], 2, 1, 2) } }],
  Dropout: [x, { ...x, stored: { ratio: scalar(0.5) } }],
  Equal: [{ feeds: { a: ints(1, 2, 3), b: ints(1, 3, 3) }, dtype: 'bool' }],
  Erf: [x],
  Exp: [x],
  Expand: [{ feeds: { x: floats([3, 1]) }, stored: { shape: ints(2, 3, 4) } }],
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
  Gelu: [{ ...x, opset: 20 }],
  Gemm: [
    {
      feeds: { a: floats([3, 2], 1), b: floats([4, 3], 2) },
      stored: { c: floats([4], 3) },
      attributes: { transA: 1, transB: 1, alpha: 0.5, beta: 2 },
    },
    { feeds: { a: floats([2, 3], 1), b: floats([3, 4], 2) } },
  ],
  GlobalAveragePool: [image],
  Greater: [comparison],
  GreaterOrEqual: [comparison],
  Identity: [x],
  LayerNormalization: [
    { ...x, stored: { scale: floats([4], 2), bias: floats([4], 3) }, attributes: { epsilon: 1e-3 } },
  ],
  Less: [comparison],
  LessOrEqual: [comparison],
  Log: [positive],
  LogSoftmax: [x, { ...x, attributes: { axis: 1 } }],
  MatMul: [
    { feeds: { a: floats([2, 3, 4], 1), b: floats([4, 2], 2) } },
    { feeds: { a: floats([4], 1), b: floats([2, 4, 3], 2) } },
    { feeds: { a: floats([2, 3, 4], 1), b: floats([4], 2) } },
    { feeds: { a: floats([4], 1), b: floats([4], 2) } },
  ],
  Max: [three],
  MaxPool: [{ ...image, attributes: { kernel_shape: [3, 3], strides: [2, 2] } }],
  Mean: [three],
  Min: [three],
  Mish: [{ ...x, opset: 18 }],
  Mul: [pair],
  Neg: [x],
  Not: [{ feeds: { x: bools(1, 0) }, dtype: 'bool' }],
  Pad: [
    { ...x, stored: { pads: ints(0, 1, 2, 0, 0, 3) } },
    { ...x, opset: 18, stored: { pads: ints(1, 2, 0, 3), value: scalar(0), axes: ints(0, -1) } },
  ],
  Pow: [{ ...positive, stored: { exponent: scalar(1.5) } }],
  ReduceMax: reduced,
  ReduceMean: [...reduced, { ...x, opset: 18, stored: { axes: ints(1) } }],
  ReduceSum: [
    x,
    { ...x, stored: { axes: ints(1) }, attributes: { keepdims: 0 } },
    { ...x, attributes: { noop_with_empty_axes: 1 } },
  ],
  ReduceSumSquare: reduced,
  Relu: [x],
  Reshape: [
    { ...x, stored: { shape: ints(0, -1) } },
    { ...x, stored: { shape: ints(4, 6) } },
  ],
  Sigmoid: [x],
  Sign: [x],
  Sin: [x],
  Slice: [
    { ...x, stored: { starts: ints(1), stops: ints(2) } },
    { ...x, stored: { starts: ints(-3, 0), stops: ints(2 ** 31, -1), axes: ints(-1, 1), steps: ints(2, 1) } },
  ],
  Softmax: [x, { ...x, attributes: { axis: 0 } }],
  Softplus: [x],
  Split: [
    { ...x, attributes: { axis: 1 }, outputs: ['p', 'q', 'r'] },
    { ...x, stored: { sizes: ints(1, 3) }, attributes: { axis: -1 }, outputs: ['p', 'q'] },
    { ...x, opset: 18, attributes: { axis: 1, num_outputs: 2 }, outputs: ['p', 'q'] },
  ],
  Sqrt: [positive],
  Squeeze: [{ feeds: { x: floats([1, 3, 1]) } }, { feeds: { x: floats([1, 3, 1]) }, stored: { axes: ints(-1) } }],
  Sub: [pair],
  Sum: [three],
  Tanh: [x],
  Transpose: [x, { ...x, attributes: { perm: [1, 0, 2] } }],
  Unsqueeze: [{ ...x, stored: { axes: ints(0, -1) } }],
  Where: [{ feeds: { condition: bools(1, 0, 1), a: floats([2, 3]), b: floats([3], 2) } }],
};

it('every lowered operator has a case', () => {
  expect(Object.keys(cases).sort()).toEqual([...loweredTypes].sort());
});

describe.each(Object.entries(cases))('%s', (type, variants) => {
  it.each(variants.map((one, index) => [index, one] as const))(
    'is built from our operators: variant %i',
    async (_, one) => {
      const { feeds, stored = {}, attributes, outputs = ['y'], opset, dtype = 'float32' } = one;
      const file = onnxFile({
        opset,
        nodes: [node(type, one.inputs ?? [...Object.keys(feeds), ...Object.keys(stored)], outputs, attributes)],
        inputs: feeds,
        initializers: stored,
        outputs: Object.fromEntries(outputs.map((name) => [name, { dtype }])),
      });
      expect(opaqueTypes(await expectRoundTrip(file, feeds))).toEqual([]);
    },
  );
});
