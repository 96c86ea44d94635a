import { required, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import { normal } from '../initialize.js';
import { expand } from '../operators/shaping.js';

/** The same `count` learned tokens in every sample: [B,count,dim], with B of `like` [B,…]. They begin apart: N(0, 1). */
export function learnedTokens(
  scope: Scope,
  name: string,
  { count, dim, like }: { count: number; dim: number; like: SymbolicTensor },
): SymbolicTensor {
  const tokens = scope.parameter(name, [1, count, dim], normal(1));
  return expand(tokens, [required(like.shape[0], 'the batch'), count, dim], like);
}
