import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownSize } from '@sensorium/graph';
import type { Call } from '../call.js';
import type { Lowered, Lowerings } from './lowering.js';

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
function attention(call: Call): Lowered {
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

/** Attention as ONNX Runtime's tools leave it in transformers. */
export const attentions: Lowerings = {
  'com.microsoft.Attention': attention,
  'com.microsoft.MultiHeadAttention': multiHeadAttention,
};
