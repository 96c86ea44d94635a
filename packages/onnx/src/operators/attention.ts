import { itemAt } from '../import/at.js';
import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownSize } from '@sensorium/graph';
import { divideDimensions, multiplyDimensions } from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import { operators, type Lowered, type OutputRule } from './record.js';
import { asWideAs, dtypeOf, sameAsFirst, shapeOf } from './rules/shapes.js';

/** Queries, keys and values, each [B,T,heads·D], and what is added to the scores [B,heads,T,S] of all heads. */
interface Attention {
  readonly query: SymbolicTensor;
  readonly key: SymbolicTensor;
  readonly value: SymbolicTensor;
  readonly added: readonly SymbolicTensor[];
}

function attend(call: Call, { query, key, value, added }: Attention): SymbolicTensor {
  const heads = call.integer('num_heads', 1);
  const [q, k, v] = [inHeads(query, heads), inHeads(key, heads), inHeads(value, heads)];
  const bias = added.length > 0 ? added.reduce((a, b) => g.add(a, b)) : undefined;
  const attended = g.scaledDotProductAttention(q, k, v, { scale: call.float('scale', 0) || undefined, bias });
  return g.flatten(g.transpose(attended, [0, 2, 1, 3]), 2);
}

/** [B,T,heads·D] → [B,heads,T,D] */
function inHeads(x: SymbolicTensor, heads: number): SymbolicTensor {
  const apart = g.reshape(x, [...x.shape.slice(0, 2), heads, knownSize(x.shape, 2) / heads]);
  return g.transpose(apart, [0, 2, 1, 3]);
}

/** Far below every score for keys that are masked. Undefined for masks in other forms than [B,S] and [B,T,S]. */
function addedBy(call: Call, index: number): readonly SymbolicTensor[] | undefined {
  const mask = call.optional(index);
  if (!mask) return [];
  if (mask.shape.length !== 2 && mask.shape.length !== 3) return undefined;
  const wide = mask.shape.length === 2 ? g.unsqueeze(mask, 1) : mask;
  const hidden = g.sub(1, g.cast(g.unsqueeze(wide, 1), call.x(0).dtype));
  return [g.mul(hidden, call.float('mask_filter_value', -10000))];
}

/** Whether a node looks at nothing but what it is given: no states of earlier runs, no order, no rotation. */
const isPlain = (call: Call, most: number): boolean =>
  !call.inputs.slice(most).some(Boolean) &&
  !['do_rotary', 'past_present_share_buffer', 'unidirectional'].some((name) => call.flag(name)) &&
  !call.integers('qkv_hidden_sizes') &&
  call.outputs === 1;

/** Inputs [B,T,I], weights [I,3·H] of all three, their bias, a mask, and what is added to scores. */
function fusedAttention(call: Call): Lowered {
  const [mask, bias] = [addedBy(call, 3), call.optional(2)];
  if (!mask || call.inputs[4] || !isPlain(call, 6)) return undefined;
  const product = g.matmul(call.x(0), call.x(1));
  const width = knownSize(product.shape, 2) / 3;
  const [query, key, value] = g.split(bias ? g.add(product, bias) : product, [width, width, width]);
  if (!query || !key || !value) return undefined;
  return attend(call, { query, key, value, added: [...mask, ...(call.optional(5) ? [call.x(5)] : [])] });
}

/** Queries, keys and values, the bias of all three, a mask, and what is added to scores. */
function multiHeadAttention(call: Call): Lowered {
  const [mask, bias] = [addedBy(call, 4), call.optional(3)];
  const given = call.inputs.slice(0, 3).flatMap((operand) => operand?.value ?? []);
  const isApart = given.length === 3 && given.every(({ shape }) => shape.length === 3);
  if (!mask || !isApart || !isPlain(call, 6)) return undefined;
  const sizes = given.map(({ shape }) => knownSize(shape, 2));
  const biases = bias ? g.split(bias, sizes) : [];
  const [query, key, value] = given.map((x, index) => (biases[index] ? g.add(x, biases[index]) : x));
  if (!query || !key || !value) return undefined;
  return attend(call, { query, key, value, added: [...mask, ...(call.optional(5) ? [call.x(5)] : [])] });
}

/** Inputs [B,T,I] and weights [I,3·H]; and the keys and values of all moments. */
const attentionShape: OutputRule = (call, unknown, index) => {
  const [dtype, batch] = [dtypeOf(call, 2) ?? dtypeOf(call), shapeOf(call)?.[0] ?? unknown(1)];
  if (index > 0) return { dtype, shape: [2, batch, call.integer('num_heads', 0), unknown(3), unknown(4)] };
  const width = call.integers('qkv_hidden_sizes')?.[2] ?? divideDimensions(shapeOf(call, 1)?.[1] ?? 'unknown', 3);
  return { dtype, shape: asWideAs(call, width ?? unknown(2)) };
};

/** Queries [B,T,…] and values [B,S,D] or [B,heads,S,D/heads], unless all are in one. */
const multiHeadAttentionShape: OutputRule = (call, unknown, index) => {
  const [dtype, query, value] = [dtypeOf(call), shapeOf(call), shapeOf(call, 2)];
  const [batch, steps] = query ? [itemAt(query, 0), itemAt(query, 1)] : [unknown(0), unknown(1)];
  if (index > 0) return { dtype, shape: [batch, call.integer('num_heads', 0), unknown(2), unknown(3)] };
  const width = value?.length === 4 ? multiplyDimensions(itemAt(value, 1), itemAt(value, 3)) : value?.[2];
  return { dtype, shape: query && [batch, steps, width ?? unknown(2)] };
};

/** Queries [B,T,D], with keys and values in other inputs, or packed after them. */
const groupQueryAttentionShape: OutputRule = (call, unknown, index) => {
  const [dtype, query] = [dtypeOf(call), shapeOf(call)];
  const [heads, shared] = [call.integer('num_heads', 1), call.integer('kv_num_heads', 1)];
  if (index > 0) return { dtype, shape: [query?.[0] ?? unknown(0), shared, unknown(2), unknown(3)] };
  if (call.inputs[1]) return { dtype, shape: query };
  const head = query && divideDimensions(itemAt(query, 2), heads + 2 * shared);
  return { dtype, shape: asWideAs(call, head === undefined ? unknown(2) : multiplyDimensions(head, heads)) };
};

/** Embedded tokens, how many each sample has, and their sums. */
const embeddingShape: OutputRule = (call, unknown, index) => {
  const tokens = shapeOf(call);
  if (index === 1) return { dtype: 'int32', shape: tokens?.slice(0, 1) };
  return { dtype: dtypeOf(call, 2), shape: tokens && [...tokens, shapeOf(call, 2)?.[1] ?? unknown(2)] };
};

export const attention = operators({
  'com.microsoft.Attention': { lower: fusedAttention, inferEvery: attentionShape, weights: [1, 2] },
  'com.microsoft.EmbedLayerNormalization': { inferEvery: embeddingShape },
  'com.microsoft.GemmaRotaryEmbedding': { infer: sameAsFirst },
  'com.microsoft.GroupQueryAttention': { inferEvery: groupQueryAttentionShape },
  'com.microsoft.LongformerAttention': { infer: sameAsFirst },
  'com.microsoft.MultiHeadAttention': { lower: multiHeadAttention, inferEvery: multiHeadAttentionShape, weights: [3] },
  'com.microsoft.QAttention': { inferEvery: attentionShape },
  'com.microsoft.RotaryEmbedding': { infer: sameAsFirst },
});
