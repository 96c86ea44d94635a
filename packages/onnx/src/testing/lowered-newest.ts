import { makeTensor } from '@sensorium/tensors';
import { float, floats, x, type LoweringCase } from './lowering-case.js';

/** Two heads of queries over five keys. */
const attention: LoweringCase = {
  feeds: { q: floats([2, 2, 3, 4]), k: floats([2, 2, 5, 4], 2), v: floats([2, 2, 5, 6], 3) },
  opset: 23,
};
/** Four heads of queries, of which two look at one of keys. */
const grouped: LoweringCase = {
  feeds: { q: floats([2, 3, 8]), k: floats([2, 3, 4], 2), v: floats([2, 3, 4], 3) },
  attributes: { q_num_heads: 4, kv_num_heads: 2, is_causal: 1 },
  opset: 23,
};
const seen = makeTensor('bool', [3, 5], [1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1]);
const past = { pastKey: floats([2, 2, 2, 2], 4), pastValue: floats([2, 2, 2, 2], 5) };

/** Positions of three moments of two samples, and a table for eight. */
const rotation = {
  cos: floats([8, 2], 2),
  sin: floats([8, 2], 3),
  at: makeTensor('int64', [2, 3], [0, 1, 2, 5, 6, 7]),
};

/** Operators that came with operator set 23 or later. */
export const loweredNewest: Readonly<Record<string, readonly LoweringCase[]>> = {
  Attention: [
    attention,
    { ...attention, attributes: { scale: float(0.3) }, stored: { mask: floats([2, 1, 3, 5], 4) } },
    { ...attention, stored: { mask: seen } },
    grouped,
    {
      ...grouped,
      feeds: { ...grouped.feeds, ...past },
      inputs: ['q', 'k', 'v', '', 'pastKey', 'pastValue'],
      outputs: ['y', 'presentKey', 'presentValue'],
    },
  ],
  RMSNormalization: [
    { ...x, stored: { scale: floats([4], 2) }, opset: 23 },
    { ...x, stored: { scale: floats([3, 4], 2) }, attributes: { axis: 1, epsilon: 1e-3 }, opset: 23 },
  ],
  RotaryEmbedding: [
    { feeds: { x: floats([2, 2, 3, 4]) }, stored: rotation, opset: 23 },
    { feeds: { x: floats([2, 3, 8]) }, stored: rotation, attributes: { num_heads: 2, interleaved: 1 }, opset: 23 },
    {
      feeds: { x: floats([2, 2, 3, 6]), cos: floats([2, 3, 2], 2), sin: floats([2, 3, 2], 3) },
      attributes: { rotary_embedding_dim: 4 },
      opset: 23,
    },
  ],
  Swish: [
    { ...x, opset: 24 },
    { ...x, attributes: { alpha: 0.5 }, opset: 24 },
  ],
};
