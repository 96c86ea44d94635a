import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownSize } from '@sensorium/graph';
import { divideDimensions } from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import { operators, type Lowered, type OutputRule } from './record.js';
import { ahead, FAR_BELOW } from './rules/attention-mask.js';
import { inHeads, mergedHeads } from './rules/heads.js';
import { dtypeOf, sameAsFirst, shapeOf } from './rules/shapes.js';

/** Variants that ours do not have: scores that are bounded or asked for, windows, lengths of caches, other precision. */
const isPlain = (call: Call): boolean =>
  call.float('softcap', 0) === 0 &&
  !call.inputs[6] &&
  !call.gives(3) &&
  [0, 1].includes(call.integer('softmax_precision', 0)) &&
  ['left_window_size', 'right_window_size'].every((name) => call.integer(name, -1) < 0);

/** Queries, keys and values [B,heads,T,D], or [B,T,heads·D] with the number of heads; what may be seen, or is added; those of before. */
function attention(call: Call): Lowered {
  if (!isPlain(call)) return undefined;
  const [queryHeads, keyHeads] = [call.integer('q_num_heads', 0), call.integer('kv_num_heads', 0)];
  const heads = (index: number, count: number): SymbolicTensor =>
    call.x(index).shape.length === 3 ? inHeads(call.x(index), count) : call.x(index);
  const [query, ownKey, ownValue] = [heads(0, queryHeads), heads(1, keyHeads), heads(2, keyHeads)];
  const [pastKey, pastValue] = [call.optional(4), call.optional(5)];
  const key = pastKey ? g.concat([pastKey, ownKey], 2) : ownKey;
  const value = pastValue ? g.concat([pastValue, ownValue], 2) : ownValue;
  const shared = knownSize(query.shape, 1) / knownSize(key.shape, 1);
  const causal = call.flag('is_causal') ? ahead(query, key, pastKey) : undefined;
  const mask = call.optional(3);
  const added = mask?.dtype === 'bool' ? hiddenBy(mask, query) : mask;
  const given = [causal, added].filter((one) => one !== undefined);
  const bias = given.length > 0 ? given.reduce((a, b) => g.add(a, b)) : undefined;
  const scale = call.float('scale', 0) || undefined;
  const attended = g.scaledDotProductAttention(query, repeated(key, shared), repeated(value, shared), { scale, bias });
  return [call.x(0).shape.length === 3 ? mergedHeads(attended) : attended, key, value];
}

/** Far below every score where a mask is false. */
const hiddenBy = (mask: SymbolicTensor, { dtype }: SymbolicTensor): SymbolicTensor =>
  g.mul(g.sub(1, g.cast(mask, dtype)), FAR_BELOW);

/** Heads of keys that several heads of queries share, one for each of these. */
function repeated(x: SymbolicTensor, times: number): SymbolicTensor {
  if (times === 1) return x;
  return g.flatten(g.tile(g.unsqueeze(x, 2), [1, 1, times, 1, 1]), 1, 3);
}

/** The result, keys and values of all moments, and scores. */
const attentionShape: OutputRule = (call, unknown, index) => {
  const [query, value] = [shapeOf(call), shapeOf(call, 2)];
  const dtype = dtypeOf(call);
  if (index > 0 || !query || !value) return { dtype, shape: index > 0 ? openRank4(unknown) : undefined };
  if (query.length === 4) return { dtype, shape: [...query.slice(0, 3), value[3] ?? unknown(3)] };
  const head = divideDimensions(value[2] ?? unknown(2), call.integer('kv_num_heads', 1));
  const width = typeof head === 'number' ? head * call.integer('q_num_heads', 1) : unknown(2);
  return { dtype, shape: [...query.slice(0, 2), width] };
};

const openRank4 = (unknown: (axis: number) => Shape[number]): Shape => [0, 1, 2, 3].map((axis) => unknown(axis));

/** Turns pairs of features [B,heads,T,D] (or [B,T,heads·D]) by angles that follow from the positions (Su et al. 2021). */
function rotaryEmbedding(call: Call): SymbolicTensor {
  const x = call.x(0);
  const heads = call.integer('num_heads', 0);
  const apart = x.shape.length === 3 ? inHeads(x, heads) : x;
  const width = knownSize(apart.shape, 3);
  const turned = call.integer('rotary_embedding_dim', 0) || width;
  const [part, rest] = turned < width ? g.split(apart, [turned, width - turned], 3) : [apart];
  const [cos, sin] = [anglesOf(call, 1), anglesOf(call, 2)];
  const result = rotated(part, { cos, sin, isInterleaved: call.flag('interleaved') });
  const whole = rest ? g.concat([result, rest], 3) : result;
  return x.shape.length === 3 ? mergedHeads(whole) : whole;
}

/** [B,1,T,D/2], of a table [positions,D/2] or as they are given. */
function anglesOf(call: Call, index: number): SymbolicTensor {
  const positions = call.optional(3);
  return g.unsqueeze(positions ? g.gather(call.x(index), positions) : call.x(index), 1);
}

interface Rotation {
  readonly cos: SymbolicTensor;
  readonly sin: SymbolicTensor;
  /** Whether pairs are neighbours; otherwise they are as far apart as there are pairs. */
  readonly isInterleaved: boolean;
}

function rotated(x: SymbolicTensor, { cos, sin, isInterleaved }: Rotation): SymbolicTensor {
  const half = knownSize(x.shape, 3) / 2;
  const outer = x.shape.slice(0, 3);
  const axis = isInterleaved ? 4 : 3;
  const pairs = g.reshape(x, isInterleaved ? [...outer, half, 2] : [...outer, 2, half]);
  const [a, b] = [0, 1].map((at) => g.squeeze(g.slice(pairs, axis, at, at + 1), axis)) as [
    SymbolicTensor,
    SymbolicTensor,
  ];
  const [real, imaginary] = [g.sub(g.mul(cos, a), g.mul(sin, b)), g.add(g.mul(sin, a), g.mul(cos, b))];
  return g.reshape(g.concat([g.unsqueeze(real, axis), g.unsqueeze(imaginary, axis)], axis), x.shape);
}

export const standardAttention = operators({
  Attention: { lower: attention, inferEvery: attentionShape, since: { operator: 23 } },
  RotaryEmbedding: { lower: rotaryEmbedding, infer: sameAsFirst, since: { operator: 23 } },
});
