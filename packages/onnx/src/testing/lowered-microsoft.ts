import { makeTensor } from '@sensorium/tensors';
import { float, floats, x, type LoweringCase } from './lowering-case.js';

const bias = { bias: floats([4], 2) };
const skip: LoweringCase = {
  feeds: { x: floats([2, 3, 4]), skip: floats([2, 3, 4], 4) },
  stored: { scale: floats([4], 2) },
};
const sumToo = { outputs: ['y', '', '', 'sum'] };

const mask = makeTensor('int32', [2, 3], [1, 1, 0, 1, 1, 1]);
/** Two heads over three moments of two samples, in which the last of the first is none. */
const attention: LoweringCase = {
  feeds: { x: floats([2, 3, 4]), w: floats([4, 18], 2), b: floats([18], 3) },
  attributes: { num_heads: 2 },
};
/** Two heads over three moments that look at five others. */
const apart: LoweringCase = {
  feeds: { q: floats([2, 3, 4]), k: floats([2, 5, 4], 2), v: floats([2, 5, 6], 3) },
  attributes: { num_heads: 2 },
};

/** Queries that are given apart from keys and values. */
const multiHead: readonly LoweringCase[] = [
  apart,
  { ...apart, feeds: { ...apart.feeds, b: floats([14], 4) } },
  {
    ...apart,
    stored: { mask: makeTensor('int32', [2, 5], [1, 1, 1, 0, 0, 0, 1, 1, 1, 1]) },
    inputs: ['q', 'k', 'v', '', 'mask'],
    attributes: { num_heads: 2, scale: float(0.5), mask_filter_value: float(-3) },
  },
  {
    ...apart,
    feeds: { ...apart.feeds, added: floats([1, 2, 3, 5], 4) },
    inputs: ['q', 'k', 'v', '', '', 'added'],
  },
  {
    ...apart,
    stored: { mask: makeTensor('int32', [2], [3, 5]) },
    inputs: ['q', 'k', 'v', '', 'mask'],
  },
  {
    feeds: {
      q: floats([2, 3, 4]),
      k: floats([2, 3, 4], 2),
      v: floats([2, 3, 4], 3),
      pastKey: floats([2, 2, 2, 2], 4),
      pastValue: floats([2, 2, 2, 2], 5),
    },
    inputs: ['q', 'k', 'v', '', '', '', 'pastKey', 'pastValue'],
    attributes: { num_heads: 2, unidirectional: 1 },
    outputs: ['y', 'presentKey', 'presentValue'],
  },
];

/** Operators of ONNX Runtime, in all variants that are built from ours. */
export const loweredMicrosoft: Readonly<Record<string, readonly LoweringCase[]>> = {
  'com.microsoft.Attention': [
    attention,
    { ...attention, stored: { mask } },
    {
      ...attention,
      stored: { mask },
      attributes: { num_heads: 3, scale: float(0.25), mask_filter_value: float(-2) },
    },
    {
      ...attention,
      feeds: { ...attention.feeds, added: floats([2, 2, 3, 3], 4) },
      inputs: ['x', 'w', 'b', '', '', 'added'],
    },
    { ...attention, open: { x: ['batch', 'time', 4] }, feeds: { ...attention.feeds } },
    { ...attention, outputs: ['y', 'present'], unread: ['present'] },
    { ...attention, attributes: { num_heads: 2, unidirectional: 1 } },
    { ...attention, stored: { mask }, attributes: { num_heads: 2, unidirectional: 1 } },
    { ...attention, stored: { mask: makeTensor('int32', [2], [2, 3]) } },
    { ...attention, stored: { mask: makeTensor('int32', [4], [2, 3, 0, 1]) } },
    {
      feeds: { x: floats([2, 3, 4]), w: floats([4, 20], 2), b: floats([20], 3) },
      attributes: { num_heads: 2, qkv_hidden_sizes: [6, 6, 8] },
    },
    {
      ...attention,
      feeds: { ...attention.feeds, past: floats([2, 2, 2, 2, 3], 5) },
      inputs: ['x', 'w', 'b', '', 'past'],
      attributes: { num_heads: 2, unidirectional: 1 },
      outputs: ['y', 'present'],
    },
  ],
  'com.microsoft.BiasGelu': [{ feeds: { ...x.feeds, ...bias } }],
  'com.microsoft.FastGelu': [x, { feeds: { ...x.feeds, ...bias } }],
  'com.microsoft.FusedMatMul': [
    { feeds: { a: floats([2, 3, 4]), b: floats([5, 4], 2) }, attributes: { transB: 1, alpha: 0.5 } },
    { feeds: { a: floats([2, 4, 3]), b: floats([2, 4, 5], 2) }, attributes: { transA: 1 } },
  ],
  'com.microsoft.Gelu': [x],
  'com.microsoft.MultiHeadAttention': multiHead,
  'com.microsoft.QuickGelu': [x, { ...x, attributes: { alpha: 2 } }],
  'com.microsoft.SkipLayerNormalization': [
    { ...skip, stored: { ...skip.stored, shift: floats([4], 3) }, attributes: { epsilon: 1e-3 } },
    { ...skip, feeds: { ...skip.feeds, skip: floats([3, 4], 4) } },
    {
      ...skip,
      stored: { ...skip.stored, bias: floats([4], 3) },
      inputs: ['x', 'skip', 'scale', '', 'bias'],
      ...sumToo,
    },
    { ...skip, outputs: ['y', 'mean', 'deviation', 'sum'], unread: ['mean', 'deviation'] },
  ],
  'com.microsoft.SkipSimplifiedLayerNormalization': [
    { ...skip, attributes: { epsilon: 1e-3 } },
    { ...skip, stored: { ...skip.stored, bias: floats([4], 3) }, ...sumToo },
  ],
};
