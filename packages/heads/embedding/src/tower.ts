import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import { add, div, linear, mlp, mul, sqrt, sumSquare } from '@sensorium/graph';

export interface TowerOptions {
  readonly dim: number;
  /** Hidden width of an MLP; none: linear. */
  readonly hidden?: number;
}

/** Keeps a vector of zeros from a division by 0. */
const EPSILON = 1e-12;

/** Unit vectors [B,dim]; zeros where the sample lacks the input. */
export function buildTower(scope: Scope, { pooled, present }: Features, { dim, hidden }: TowerOptions): SymbolicTensor {
  const projected = hidden ? mlp(scope, pooled, hidden, dim) : linear(scope, pooled, dim, { bias: false });
  const length = sqrt(add(sumSquare(projected, [1], { keep: true }), EPSILON));
  return mul(div(projected, length), present);
}
