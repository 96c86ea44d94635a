import type { Dimension, Shape } from '@sensorium/contracts';
import { divideDimensions, multiplyDimensions } from '@sensorium/graph/transform';
import type { Call } from '../call.js';
import {
  broadcasting,
  dtypeOf,
  each,
  product,
  sameAsFirst,
  samples,
  shapeOf,
  shaped,
  type OutputRule,
  type Rules,
  type Unknown,
} from './rule.js';

/** Sequences [B,T,…] with another width. */
const asWideAs = (call: Call, width: Dimension): Shape | undefined => shapeOf(call)?.with(-1, width);

const named = (types: readonly string[]): string[] => types.map((type) => `com.microsoft.${type}`);

/** Products that may be of transposed matrices. */
function fusedMatMul(call: Call, unknown: Unknown): Shape | undefined {
  const [a, b] = [shapeOf(call), shapeOf(call, 1)];
  const shape = product(0, 1)(call, unknown);
  const [rows, columns] = [a?.at(call.flag('transA') ? -1 : -2), b?.at(call.flag('transB') ? -2 : -1)];
  return shape && !call.flag('transBatchA') && !call.flag('transBatchB')
    ? [...shape.slice(0, -2), rows ?? 1, columns ?? 1]
    : undefined;
}

/** The first part, which stands behind scale and zero of the result, with an axis of which the others are longer. */
function joined(call: Call, unknown: Unknown): Shape | undefined {
  const [shape, axis] = [shapeOf(call, 2), call.integer('axis', 0)];
  const along = axis < 0 ? axis + (shape?.length ?? 0) : axis;
  return shape?.with(along, unknown(along));
}

/** What the inputs tell of the first output of operators of ONNX Runtime that are kept as they are. */
export const microsoftRules: Rules = {
  ...each(
    sameAsFirst,
    ...named(['BiasAdd', 'BiasGelu', 'FastGelu', 'Gelu', 'GemmaRotaryEmbedding', 'GroupNorm', 'Inverse']),
    ...named(['LongformerAttention', 'QLinearLeakyRelu', 'QLinearSigmoid', 'QLinearSoftmax', 'QuickGelu']),
    ...named(['RotaryEmbedding', 'SkipGroupNorm', 'Trilu']),
  ),
  ...each(broadcasting(dtypeOf, [0, 3]), ...named(['QLinearAdd', 'QLinearMul'])),
  ...each(
    shaped((call, unknown) => asWideAs(call, call.integer('N', 0) || unknown((shapeOf(call)?.length ?? 1) - 1))),
    ...named(['MatMulBnb4', 'MatMulFpQ4', 'MatMulNBits']),
  ),
  'com.microsoft.DynamicQuantizeMatMul': shaped(product(0, 1)),
  'com.microsoft.FusedConv': samples((call) => shapeOf(call, 1)?.[0]),
  'com.microsoft.FusedMatMul': shaped(fusedMatMul),
  'com.microsoft.MatMulIntegerToFloat': shaped(product(0, 1), 2),
  'com.microsoft.QLinearConcat': shaped(joined, 2),
  'com.microsoft.QLinearGlobalAveragePool': shaped((call) => {
    const shape = shapeOf(call);
    const channels = call.flag('channels_last') ? (shape?.length ?? 0) - 1 : 1;
    return shape?.map((size, axis) => (axis === 0 || axis === channels ? size : 1));
  }),
};

/** Inputs [B,T,I] and weights [I,3·H]; and the keys and values of all moments. */
const attention: OutputRule = (call, unknown, index) => {
  const [dtype, batch] = [dtypeOf(call, 2) ?? dtypeOf(call), shapeOf(call)?.[0] ?? unknown(1)];
  if (index > 0) return { dtype, shape: [2, batch, call.integer('num_heads', 0), unknown(3), unknown(4)] };
  const width = call.integers('qkv_hidden_sizes')?.[2] ?? divideDimensions(shapeOf(call, 1)?.[1] ?? 'unknown', 3);
  return { dtype, shape: asWideAs(call, width ?? unknown(2)) };
};

/** Queries [B,T,…] and values [B,S,D] or [B,heads,S,D/heads], unless all are in one. */
const multiHeadAttention: OutputRule = (call, unknown, index) => {
  const [dtype, query, value] = [dtypeOf(call), shapeOf(call), shapeOf(call, 2)];
  const [batch = unknown(0), steps = unknown(1)] = query ?? [];
  if (index > 0) return { dtype, shape: [batch, call.integer('num_heads', 0), unknown(2), unknown(3)] };
  const width = value?.length === 4 ? multiplyDimensions(value[1] ?? 1, value[3] ?? 1) : value?.[2];
  return { dtype, shape: query && [batch, steps, width ?? unknown(2)] };
};

/** Queries [B,T,D], with keys and values in other inputs or behind them. */
const groupQueryAttention: OutputRule = (call, unknown, index) => {
  const [dtype, query] = [dtypeOf(call), shapeOf(call)];
  const [heads, shared] = [call.integer('num_heads', 1), call.integer('kv_num_heads', 1)];
  if (index > 0) return { dtype, shape: [query?.[0] ?? unknown(0), shared, unknown(2), unknown(3)] };
  if (call.inputs[1]) return { dtype, shape: query };
  const head = query && divideDimensions(query[2] ?? 1, heads + 2 * shared);
  return { dtype, shape: asWideAs(call, head === undefined ? unknown(2) : multiplyDimensions(head, heads)) };
};

/** Embedded tokens, how many each sample has, and their sums. */
const embedding: OutputRule = (call, unknown, index) => {
  const tokens = shapeOf(call);
  if (index === 1) return { dtype: 'int32', shape: tokens?.slice(0, 1) };
  return { dtype: dtypeOf(call, 2), shape: tokens && [...tokens, shapeOf(call, 2)?.[1] ?? unknown(2)] };
};

/** The result and the sum before it, and between them mean and 1 / deviation. */
const skipNormalization: OutputRule = (call, _, index) =>
  index === 1 || index === 2
    ? { dtype: 'float32', shape: asWideAs(call, 1) }
    : { dtype: dtypeOf(call), shape: shapeOf(call) };

/** What the inputs tell of every output of those that may have several. */
export const microsoftOutputs: Readonly<Record<string, OutputRule>> = {
  ...each(attention, ...named(['Attention', 'QAttention'])),
  ...each(skipNormalization, ...named(['SkipLayerNormalization', 'SkipSimplifiedLayerNormalization'])),
  'com.microsoft.EmbedLayerNormalization': embedding,
  'com.microsoft.GroupQueryAttention': groupQueryAttention,
  'com.microsoft.MultiHeadAttention': multiHeadAttention,
};
