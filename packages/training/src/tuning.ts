import { SensoriumError, type MovingAverage, type SymbolicTensor } from '@sensorium/contracts';
import { rewrite, valueOf, type Value } from '@sensorium/graph/transform';
import type { Parameter } from '@sensorium/graph';
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
  readonly averaged: readonly Averaged[];
  readonly adapted: readonly Adapted[];
}

/** A parameter that is not learned, and the value that it follows. */
export interface Averaged {
  readonly parameter: Parameter;
  readonly momentum: number;
  readonly value: Value;
}

/**
 * Sorts a graph's parameters into those that are trained and those that are not, and puts adapters beside the latter. There
 * is one of `tunings` for each parameter; those without are trained in full. Those that follow a value do so where they
 * would be trained in full; elsewhere they stand in its place. Throws SENSORIUM_MANIFEST_INVALID where adapters are wanted
 * and none of the parameters can have one.
 */
export function tuneGraph(
  outputs: readonly SymbolicTensor[],
  parameters: readonly Parameter[],
  tunings: readonly Tuning[],
): TunedGraph {
  const all = parameters.map((parameter, index) => ({ parameter, tuning: tunings[index] ?? IN_FULL }));
  const averages = all.flatMap(({ parameter, tuning }) =>
    parameter.average ? [{ parameter, tuning, average: parameter.average }] : [],
  );
  const learned = all.filter(({ parameter }) => !parameter.average);
  const full = learned.flatMap(({ parameter, tuning }): Trained[] =>
    tuning.mode === 'full' ? [{ ...parameter, rate: tuning.rate, weightDecay: tuning.weightDecay }] : [],
  );
  const adapters = learned.flatMap(({ parameter, tuning }) =>
    tuning.mode === 'lora' ? [{ parameter, ...tuning }] : [],
  );
  const following = averages.filter(isFull);
  const fixed = averages.filter((one) => !isFull(one));
  const values = following.map(({ average }) => average.of);
  const adaptedGraph = adapt(withFixed([...outputs, ...values], fixed), adapters);
  if (adapters.length > 0 && adaptedGraph.adapted.length === 0) throw nothingToAdapt(adapters.map(nameOf));
  return {
    outputs: adaptedGraph.outputs.slice(0, outputs.length),
    trained: [...full, ...adaptedGraph.trained],
    frozen: all.filter((one) => !isFull(one)).map(({ parameter }) => parameter),
    averaged: following.map(({ parameter, average: { momentum } }, index) => ({
      parameter,
      momentum,
      value: adaptedGraph.outputs[outputs.length + index] as Value,
    })),
    adapted: adaptedGraph.adapted,
  };
}

const isFull = ({ tuning }: { readonly tuning: Tuning }): boolean => tuning.mode === 'full';

/** Frozen averages stand in the place of what they would follow. */
function withFixed(
  outputs: readonly SymbolicTensor[],
  fixed: readonly { readonly parameter: Parameter; readonly average: MovingAverage }[],
): Value[] {
  const places = fixed.map(({ parameter, average }) => [valueOf(average.of), valueOf(parameter.symbol)] as const);
  return rewrite(outputs.map(valueOf), new Map(places));
}

const nameOf = ({ parameter }: { readonly parameter: Parameter }): string => parameter.name;

const nothingToAdapt = (names: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `no adapter can stand beside ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`,
    hint: 'Adapters are for factors of MatMul and Gemm and for 1×1 convolutions. Use full or probe.',
  });
