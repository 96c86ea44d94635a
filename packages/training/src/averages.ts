import type { SymbolicTensor } from '@sensorium/contracts';
import { add, mul } from '@sensorium/graph';
import { leafOf } from './pack.js';
import type { LeafState } from './step.js';
import type { Averaged } from './tuning.js';

/** One step of a parameter that follows a value: p ← momentum · p + (1 − momentum) · value. */
export function follow({ parameter, momentum }: Averaged, value: SymbolicTensor): LeafState {
  const leaf = leafOf({ ...parameter, rate: 0 });
  const next = add(mul(leaf.symbol, momentum), mul(value, 1 - momentum));
  return { leaf, slot: null, current: leaf.symbol, next };
}
