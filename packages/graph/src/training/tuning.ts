import { SensoriumError, type SymbolicTensor } from '@sensorium/contracts';
import type { Parameter } from '../scope.js';
import { valueOf, type Value } from '../value.js';
import { adapt, type Adapted, type Group, type Trained } from './adapters.js';

/** How a parameter is trained: not, itself, or by an adapter beside it. */
export type Tuning =
  | { readonly mode: 'frozen' }
  | ({ readonly mode: 'full' } & Group)
  | ({ readonly mode: 'lora'; readonly rank: number; readonly alpha: number } & Group);

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
 * is one of `tunings` for each parameter; those without are trained in full. Throws SENSORIUM_MANIFEST_INVALID where
 * adapters are wanted and none of the parameters can have one.
 */
export function tuneGraph(
  outputs: readonly SymbolicTensor[],
  parameters: readonly Parameter[],
  tunings: readonly Tuning[],
): TunedGraph {
  const all = parameters.map((parameter, index) => ({ parameter, tuning: tunings[index] ?? IN_FULL }));
  const full = all.flatMap(({ parameter, tuning }): Trained[] =>
    tuning.mode === 'full' ? [{ ...parameter, rate: tuning.rate, weightDecay: tuning.weightDecay }] : [],
  );
  const adapters = all.flatMap(({ parameter, tuning }) => (tuning.mode === 'lora' ? [{ parameter, ...tuning }] : []));
  const adaptedGraph = adapt(outputs.map(valueOf), adapters);
  if (adapters.length > 0 && adaptedGraph.adapted.length === 0) throw nothingToAdapt(adapters.map(nameOf));
  return {
    outputs: adaptedGraph.outputs,
    trained: [...full, ...adaptedGraph.trained],
    frozen: all.flatMap(({ parameter, tuning }) => (tuning.mode === 'full' ? [] : [parameter])),
    adapted: adaptedGraph.adapted,
  };
}

const nameOf = ({ parameter }: { readonly parameter: Parameter }): string => parameter.name;

const nothingToAdapt = (names: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `no adapter can stand beside ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`,
    hint: 'Adapters are for factors of MatMul and Gemm and for 1×1 convolutions. Use full or probe.',
  });
