import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { add, expand, concat, layerNorm, linear, normal, reshape, transformerBlock } from '@sensorium/graph';

/** How wide and deep a model is. */
export interface Depth {
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
}

/** Transformer blocks and a norm: [B,T,dim] → [B,T,dim]. */
export function blocks(
  scope: Scope,
  tokens: SymbolicTensor,
  { layers, heads }: Depth,
  mask?: SymbolicTensor,
): SymbolicTensor {
  let x = tokens;
  for (let layer = 0; layer < layers; layer++) x = transformerBlock(scope.at(`layer${layer}`), x, { heads, mask });
  return layerNorm(scope.at('norm'), x);
}

/** A learned token before the others: [B,T,dim] → [B,T+1,dim]. */
export function withClassToken(scope: Scope, tokens: SymbolicTensor, dim: number): SymbolicTensor {
  const own = reshape(scope.parameter('class', [dim], normal(1)), [1, 1, dim]);
  return concat([expand(own, [...tokens.shape.slice(0, 1), 1, dim], tokens), tokens], 1);
}

/** [B,T,dim] with a learned vector added for each of the T places. */
export const withPositions = (scope: Scope, tokens: SymbolicTensor, count: number, dim: number): SymbolicTensor =>
  add(tokens, scope.parameter('positions', [count, dim], normal(0.3)));

export const project = (scope: Scope, x: SymbolicTensor, dim: number): SymbolicTensor =>
  linear(scope.at('projection'), x, dim, { bias: false });
