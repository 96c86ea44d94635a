import { floats, x, type LoweringCase } from './lowering-case.js';

const bias = { bias: floats([4], 2) };
const skip: LoweringCase = {
  feeds: { x: floats([2, 3, 4]), skip: floats([2, 3, 4], 4) },
  stored: { scale: floats([4], 2) },
};
const sumToo = { outputs: ['y', '', '', 'sum'] };

/** Operators of ONNX Runtime, in all variants that are built from ours. */
export const loweredMicrosoft: Readonly<Record<string, readonly LoweringCase[]>> = {
  'com.microsoft.BiasGelu': [{ feeds: { ...x.feeds, ...bias } }],
  'com.microsoft.FastGelu': [x, { feeds: { ...x.feeds, ...bias } }],
  'com.microsoft.FusedMatMul': [
    { feeds: { a: floats([2, 3, 4]), b: floats([5, 4], 2) }, attributes: { transB: 1, alpha: 0.5 } },
    { feeds: { a: floats([2, 4, 3]), b: floats([2, 4, 5], 2) }, attributes: { transA: 1 } },
  ],
  'com.microsoft.Gelu': [x],
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
  ],
  'com.microsoft.SkipSimplifiedLayerNormalization': [
    { ...skip, attributes: { epsilon: 1e-3 } },
    { ...skip, stored: { ...skip.stored, bias: floats([4], 3) }, ...sumToo },
  ],
};
