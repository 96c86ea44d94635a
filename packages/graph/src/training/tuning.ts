import type { SymbolicTensor } from '@sensorium/contracts';
import type { Parameter } from '../scope.js';
import { valueOf, type Value } from '../value.js';
import { adapt, type Adapted, type Trained } from './adapters.js';

/** How a parameter is trained. `rate` is a factor of the learning rate. */
export type Tuning =
  | { readonly mode: 'frozen' }
  | { readonly mode: 'full'; readonly rate: number }
  | { readonly mode: 'lora'; readonly rate: number; readonly rank: number; readonly alpha: number };

/** The usual way. */
const IN_FULL: Tuning = { mode: 'full', rate: 1 };

export interface TunedGraph {
  readonly outputs: readonly Value[];
  readonly trained: readonly Trained[];
  readonly frozen: readonly Parameter[];
  readonly adapted: readonly Adapted[];
}

/**
 * Sorts a graph's parameters into those that are trained and those that are not, and puts adapters beside the latter. There
 * is one of `tunings` for each parameter; those without are trained in full.
 */
export function tuneGraph(
  outputs: readonly SymbolicTensor[],
  parameters: readonly Parameter[],
  tunings: readonly Tuning[],
): TunedGraph {
  const all = parameters.map((parameter, index) => ({ parameter, tuning: tunings[index] ?? IN_FULL }));
  const full = all.flatMap(({ parameter, tuning }): Trained[] =>
    tuning.mode === 'full' ? [{ ...parameter, rate: tuning.rate }] : [],
  );
  const adapters = all.flatMap(({ parameter, tuning }) => (tuning.mode === 'lora' ? [{ parameter, ...tuning }] : []));
  const adaptedGraph = adapt(outputs.map(valueOf), adapters);
  return {
    outputs: adaptedGraph.outputs,
    trained: [...full, ...adaptedGraph.trained],
    frozen: all.flatMap(({ parameter, tuning }) => (tuning.mode === 'full' ? [] : [parameter])),
    adapted: adaptedGraph.adapted,
  };
}
