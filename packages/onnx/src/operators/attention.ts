import { itemAt } from '../import/at.js';
import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownSize } from '@sensorium/graph';
import { divideDimensions, multiplyDimensions } from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import { operators, type Lowered, type OutputRule } from './record.js';
import { ahead, maskedScores } from './rules/attention-mask.js';
import { inHeads, mergedHeads } from './rules/heads.js';
import { asWideAs, dtypeOf, sameAsFirst, shapeOf } from './rules/shapes.js';

/** Queries [B,heads,T,D], keys and values, with those of earlier runs, and what is added to the scores [B,heads,T,S]. */
interface Attention {
  readonly query: SymbolicTensor;
  readonly key: SymbolicTensor;
  readonly value: SymbolicTensor;
  readonly pastKey?: SymbolicTensor;
  readonly pastValue?: SymbolicTensor;
  readonly mask?: SymbolicTensor;
  readonly added?: SymbolicTensor;
}

interface Attended {
  /** [B,T,heads·D] */
  readonly output: SymbolicTensor;
  /** Keys and values of all moments: [B,heads,S,D] */
  readonly present: readonly [SymbolicTensor, SymbolicTensor];
}

/** Undefined for masks in other forms than ours have. */
function attend(call: Call, { query, pastKey, pastValue, mask, added, ...own }: Attention): Attended | undefined {
  const key = pastKey ? g.concat([pastKey, own.key], 2) : own.key;
  const value = pastValue ? g.concat([pastValue, own.value], 2) : own.value;
  const sizes = { batch: itemAt(query.shape, 0), queries: itemAt(query.shape, 2), keys: itemAt(key.shape, 2) };
  const masked = mask && maskedScores(mask, key, sizes, call.float('mask_filter_value', -10000));
  if (mask && !masked) return undefined;
  const causal = call.flag('unidirectional') ? ahead(query, key, pastKey) : undefined;
  const given = [masked, causal, added].filter((one) => one !== undefined);
  const bias = given.length > 0 ? given.reduce((a, b) => g.add(a, b)) : undefined;
  const attended = g.scaledDotProductAttention(query, key, value, { scale: call.float('scale', 0) || undefined, bias });
  return { output: mergedHeads(attended), present: [key, value] };
}

/** Whether a node does nothing beyond: no rotation, no memory that is shared, no inputs of further variants. */
const isPlain = (call: Call, most: number): boolean =>
  !call.inputs.slice(most).some(Boolean) && !['do_rotary', 'past_present_share_buffer'].some((name) => call.flag(name));

/** Inputs [B,T,I], weights [I,3·H] of all three, their bias, a mask, keys and values of earlier runs, and what is added to scores. */
function fusedAttention(call: Call): Lowered {
  if (!isPlain(call, 6)) return undefined;
  const bias = call.optional(2);
  const product = g.matmul(call.x(0), call.x(1));
  const third = knownSize(product.shape, 2) / 3;
  const widths = call.integers('qkv_hidden_sizes') ?? [third, third, third];
  const parts = g.split(bias ? g.add(product, bias) : product, widths);
  const heads = call.integer('num_heads', 1);
  const [query, key, value] = parts.map((x) => inHeads(x, heads)) as [SymbolicTensor, SymbolicTensor, SymbolicTensor];
  const [pastKey, pastValue] = call.optional(4) ? halves(call.x(4)) : [];
  const attended = attend(call, {
    ...{ query, key, value, pastKey, pastValue },
    mask: call.optional(3),
    added: call.optional(5),
  });
  if (!attended || call.outputs === 1) return attended?.output;
  return [
    attended.output,
    g.concat(
      attended.present.map((x) => g.unsqueeze(x, 0)),
      0,
    ),
  ];
}

/** [2,…] → the two. */
const halves = (x: SymbolicTensor): SymbolicTensor[] => [0, 1].map((at) => g.squeeze(g.slice(x, 0, at, at + 1), 0));

/** Queries, keys and values, the bias of all three, a mask, what is added to scores, and keys and values of earlier runs. */
function multiHeadAttention(call: Call): Lowered {
  const given = call.inputs.slice(0, 3).flatMap((operand) => operand?.value ?? []);
  const isApart = given.length === 3 && given.every(({ shape }) => shape.length === 3);
  if (!isApart || !isPlain(call, 8)) return undefined;
  const bias = call.optional(3);
  const biases = bias
    ? g.split(
        bias,
        given.map(({ shape }) => knownSize(shape, 2)),
      )
    : [];
  const heads = call.integer('num_heads', 1);
  const [query, key, value] = given.map((x, index) => inHeads(biases[index] ? g.add(x, biases[index]) : x, heads)) as [
    SymbolicTensor,
    SymbolicTensor,
    SymbolicTensor,
  ];
  const attended = attend(call, {
    ...{ query, key, value, pastKey: call.optional(6), pastValue: call.optional(7) },
    mask: call.optional(4),
    added: call.optional(5),
  });
  return attended && [attended.output, ...attended.present];
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
