import type { Momentum, SymbolicTensor } from '@sensorium/contracts';
import { add, mul, sub } from '@sensorium/graph';
import { packOf } from './pack.js';
import type { TensorState } from './step.js';
import type { Following } from './tuning.js';

/** One step of what follows a value: f ← momentum · f + (1 − momentum) · value. */
export const followed = (current: SymbolicTensor, momentum: Momentum, value: SymbolicTensor): SymbolicTensor =>
  add(mul(current, momentum), mul(value, typeof momentum === 'number' ? 1 - momentum : sub(1, momentum)));

/** One step of a parameter that follows a value of the batch. */
export function followingState({ parameter, momentum }: Following, value: SymbolicTensor): TensorState {
  const pack = packOf([parameter]);
  return { pack, slot: null, current: pack.symbol, next: followed(pack.symbol, momentum, value) };
}
