import { required, SensoriumError, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  constant,
  dropout as drop,
  embedding,
  equal,
  lessOrEqual,
  linear,
  lookup,
  mlp,
  mul,
  normal,
  reshape,
  scaledDotProductAttention,
  standardize,
  transpose,
  unsqueeze,
  where,
} from '@sensorium/graph';
import type { KeysAndValues } from './keys-and-values.js';

export interface DecoderOptions {
  /** V: how many ids there are */
  readonly count: number;
  /** T: the places of a text */
  readonly tokens: number;
  /** D */
  readonly dim: number;
  readonly layers: number;
  /** H, each of width D / H */
  readonly heads: number;
  /** In training, 0…1 */
  readonly dropout: number;
}

/** What the decoder sees of the model, the same at every step. */
export interface Memory {
  /** For every layer. */
  readonly layers: readonly KeysAndValues[];
  /** [B,S], 1 where there is a token */
  readonly mask: SymbolicTensor;
}

export interface Reading {
  /** The id before each place: int32 or int64 [B,N] */
  readonly ids: SymbolicTensor;
  /** The places, 0 … T − 1: int64 [B,N], or [1,N] where they are the same for all samples */
  readonly positions: SymbolicTensor;
  readonly memory: Memory;
  /** Keys and values of the places before, for every layer [B,H,T,D/H]; then N is 1. Left out where N is T: all are here. */
  readonly cache?: readonly KeysAndValues[];
}

/** Hidden width of a block's MLP as a multiple of D (Vaswani et al. 2017). */
const EXPANSION = 4;

export function memoryOf(scope: Scope, { tokens, mask, present }: Features, options: DecoderOptions): Memory {
  const seen = mul(mask, present);
  // Attention with nothing to look at looks everywhere alike: a sample without any token must find nothing there.
  const context = mul(standardize(tokens), unsqueeze(seen, 2));
  return {
    layers: blocks(scope, options).map((block) => keysAndValues(block.at('cross'), context, options)),
    mask: seen,
  };
}

/**
 * Transformer decoder (Vaswani et al. 2017) with pre-norm blocks (Xiong et al. 2020): each place looks at itself and the
 * places before it, then at the memory.
 *
 *   x = E[ids] + P[positions],   x ← x + self(norm x),   x ← x + cross(norm x, memory),   x ← x + mlp(norm x)
 *
 * @returns logits [B,N,V] of the ids at these places, and the cache with these places in it
 */
export function decode(scope: Scope, { ids, positions, memory, cache }: Reading, options: DecoderOptions) {
  const { count, tokens, dim, dropout } = options;
  const places = unsqueeze(unsqueeze(positions, 1), 3);
  const every = Array.from({ length: tokens }, (_, place) => place);
  const notAhead = lessOrEqual(constant(every, 'int64'), places);
  const here = equal(constant(every, 'int64', [tokens, 1]), places);
  const remember = (now: KeysAndValues, layer: number): KeysAndValues => {
    if (!cache) return now;
    const before = required(cache[layer], `the cache of layer ${layer}`);
    return { keys: where(here, now.keys, before.keys), values: where(here, now.values, before.values) };
  };

  const position = scope.parameter('positions', [tokens, dim], normal(0.3));
  let x = drop(scope, add(embedding(scope.at('pieces'), ids, count, dim), lookup(position, positions)), dropout);
  const remembered = blocks(scope, options).map((block, layer) => {
    const own = standardize(x);
    const known = remember(keysAndValues(block.at('self'), own, options), layer);
    x = add(x, drop(scope, attend(block.at('self'), own, known, notAhead, options), dropout));
    const seen = required(memory.layers[layer], `the memory of layer ${layer}`);
    const mask = unsqueeze(unsqueeze(memory.mask, 1), 1);
    x = add(x, drop(scope, attend(block.at('cross'), standardize(x), seen, mask, options), dropout));
    x = add(x, drop(scope, mlp(block.at('mlp'), standardize(x), EXPANSION * dim, dim, { dropout }), dropout));
    return known;
  });
  return { logits: linear(scope.at('logits'), standardize(x), count), cache: remembered };
}

const blocks = (scope: Scope, { layers }: DecoderOptions): Scope[] =>
  Array.from({ length: layers }, (_, layer) => scope.at(`block${layer}`));

function keysAndValues(scope: Scope, x: SymbolicTensor, options: DecoderOptions): KeysAndValues {
  // A bias of the keys would add the same to all scores of a query, which softmax takes away again.
  const keys = linear(scope.at('key'), x, options.dim, { bias: false });
  return { keys: byHead(keys, options), values: byHead(linear(scope.at('value'), x, options.dim), options) };
}

/** Multi-head attention of queries [B,N,D] to keys and values; `mask` broadcasts to [B,H,N,S]. */
function attend(
  scope: Scope,
  x: SymbolicTensor,
  { keys, values }: KeysAndValues,
  mask: SymbolicTensor,
  options: DecoderOptions,
): SymbolicTensor {
  const query = byHead(linear(scope.at('query'), x, options.dim), options);
  const heads = transpose(scaledDotProductAttention(query, keys, values, { mask }), [0, 2, 1, 3]);
  return linear(scope.at('output'), reshape(heads, x.shape), options.dim);
}

/** [B,N,D] → [B,H,N,D/H] */
function byHead(x: SymbolicTensor, { dim, heads }: DecoderOptions): SymbolicTensor {
  if (dim % heads !== 0) throw indivisible(dim, heads);
  return transpose(reshape(x, [...x.shape.slice(0, 2), heads, dim / heads]), [0, 2, 1, 3]);
}

const indivisible = (dim: number, heads: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_SHAPE',
    message: `${heads} heads do not divide the width ${dim}`,
    hint: `Each head has an equal share of the width: make it a multiple of ${heads}, or choose another number of heads.`,
  });
