import type { Initializer, Scope, SymbolicTensor } from '@sensorium/contracts';
import { glorot, normal, zeros } from '../initialize.js';
import { add } from '../operators/arithmetic.js';
import { gelu } from '../operators/activation.js';
import { lookup } from '../operators/indexing.js';
import { matmul } from '../operators/linear-algebra.js';
import { knownSize } from '../shape.js';
import { dropout } from './dropout.js';

export interface LinearOptions {
  /** Default true */
  bias?: boolean;
  /** Default Glorot */
  initialize?: Initializer;
}

/** x [..,D] · weight [D,dim] + bias → [..,dim] */
export function linear(
  scope: Scope,
  x: SymbolicTensor,
  dim: number,
  { bias = true, initialize = glorot }: LinearOptions = {},
): SymbolicTensor {
  const product = matmul(x, scope.parameter('weight', [knownSize(x.shape, -1), dim], initialize));
  return bias ? add(product, scope.parameter('bias', [dim], zeros)) : product;
}

/** Rows of a learned table [count,dim] for ids [..] (int32 or int64) → [..,dim]. */
export function embedding(scope: Scope, ids: SymbolicTensor, count: number, dim: number): SymbolicTensor {
  return lookup(scope.parameter('table', [count, dim], normal(1)), ids);
}

export interface MlpOptions {
  /** Share of hidden values dropped in training, 0…1. Default 0 */
  dropout?: number;
}

/** linear → GELU → dropout → linear: [..,D] → [..,hidden] → [..,dim] */
export function mlp(
  scope: Scope,
  x: SymbolicTensor,
  hidden: number,
  dim: number,
  { dropout: rate = 0 }: MlpOptions = {},
): SymbolicTensor {
  const inner = dropout(scope, gelu(linear(scope.at('expand'), x, hidden)), rate);
  return linear(scope.at('contract'), inner, dim);
}
