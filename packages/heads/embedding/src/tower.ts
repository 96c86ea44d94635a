import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import { add, div, dropout as drop, linear, mlp, mul, sqrt, sumSquare } from '@sensorium/graph';

export interface TowerOptions {
  readonly dim: number;
  /** Hidden width of an MLP; none: linear. */
  readonly hidden?: number;
  /** Share of the features dropped in training. */
  readonly dropout: number;
}

/** Keeps a vector of zeros from a division by 0. */
const EPSILON = 1e-12;

/** Unit vectors [B,dim]; zeros where the sample lacks the input. */
export function buildTower(
  scope: Scope,
  { pooled, present }: Features,
  { dim, hidden, dropout }: TowerOptions,
): SymbolicTensor {
  const features = drop(scope, pooled, dropout);
  const projected = hidden ? mlp(scope, features, hidden, dim) : linear(scope, features, dim, { bias: false });
  const length = sqrt(add(sumSquare(projected, [1], { keep: true }), EPSILON));
  return mul(div(projected, length), present);
}
