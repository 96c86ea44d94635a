import type { Dimension, Features, Scope, Symbols } from '@sensorium/contracts';
import { input, squeeze } from '@sensorium/graph';
import { decode, type DecoderOptions } from './decoder.js';
import { packed, unpacked } from './keys-and-values.js';

/**
 * One place of a text, for those who read while it is written, and where a runtime has no loop. It has inputs of its own:
 * `memory` [B,2L,H,S,D/H] and its `mask` [B,S]; `token` int64 [B,1], the id before the place; `position` int64 [B,1] of the
 * place, from 0 on; `cache` [B,2L,H,T,D/H].
 *
 * @returns `logits` [B,V] of the id at the place, and `nextCache`
 */
export function step(scope: Scope, features: Features, options: DecoderOptions): Symbols {
  const { dim, heads, layers, tokens } = options;
  const [samples, seen] = features.mask.shape as readonly [Dimension, Dimension];
  const remembered = (name: string, places: Dimension) =>
    unpacked(input(name, 'float32', [samples, 2 * layers, heads, places, dim / heads]), layers);
  const { logits, cache } = decode(
    scope,
    {
      ids: input('token', 'int64', [samples, 1]),
      positions: input('position', 'int64', [samples, 1]),
      memory: { layers: remembered('memory', seen), mask: input('mask', 'float32', [samples, seen]) },
      cache: remembered('cache', tokens),
    },
    options,
  );
  return { logits: squeeze(logits, 1), nextCache: packed(cache) };
}
