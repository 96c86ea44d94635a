import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  div,
  embedding,
  greater,
  knownSize,
  maximum,
  mul,
  normal,
  reshape,
  standardize,
  sub,
  sum,
  transformerBlock,
  unsqueeze,
} from '@sensorium/graph';
import { PADDING } from './vocabulary.js';

export interface NetworkOptions {
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly dropout: number;
  /** Ids are below it. */
  readonly count: number;
  /** Tokens that look at each other; divides the length. */
  readonly window: number;
}

/** ids [B,T] → tokens [B,T,dim]. */
export function buildFeatures(
  scope: Scope,
  ids: SymbolicTensor,
  present: SymbolicTensor,
  { dim, layers: depth, heads, dropout, count, window }: NetworkOptions,
  hidden?: SymbolicTensor,
): Features {
  const mask = cast(greater(ids, PADDING), 'float32');
  const words = embedding(scope.at('words'), ids, count, dim);
  const seen = hidden ? hideTokens(scope, words, hidden) : words;
  // Windows are samples of a batch of their own, until there are tokens of texts again: [B·windows,window,dim].
  const whole = [...ids.shape, dim];
  const seenMask = reshape(mask, [-1, window]);
  let x = add(reshape(seen, [-1, window, dim]), scope.parameter('positions', [window, dim], normal(0.3)));
  const layers: SymbolicTensor[] = [];
  for (let layer = 0; layer < depth; layer++) {
    x = transformerBlock(scope.at(`block${layer}`), x, { heads, mask: seenMask, dropout });
    layers.push(reshape(x, whole));
  }
  const tokens = standardize(reshape(x, whole));
  const kept = sum(mul(tokens, unsqueeze(mask, 2)), [1]);
  const pooled = div(kept, maximum(sum(mask, [1], { keep: true }), 1));
  return { tokens, mask, pooled, present, ...(depth > 0 && { layers }) };
}

/** A learned embedding in place of those that are hidden: [B,T,D], [B,T] → [B,T,D]. */
function hideTokens(scope: Scope, words: SymbolicTensor, hidden: SymbolicTensor): SymbolicTensor {
  const cover = unsqueeze(hidden, 2);
  const own = scope.parameter('hidden', [knownSize(words.shape, 2)], normal(1));
  return add(mul(words, sub(1, cover)), mul(own, cover));
}
