import { required, SensoriumError, type SymbolicTensor } from '@sensorium/contracts';
import { add, mul, type Follows, type Follower, type Parameter } from '@sensorium/graph';
import { rewrite, valueOf, type Node, type Value } from '@sensorium/graph/transform';
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
  readonly following: readonly Following[];
  readonly adapted: readonly Adapted[];
  /** Of parameters that change; those of others are what they follow, and no longer in the graph. */
  readonly followers: readonly Follower[];
}

/** A parameter that is not learned, and the value that it follows. */
export interface Following {
  readonly parameter: Parameter;
  readonly momentum: number;
  readonly value: Value;
}

interface Tuned {
  readonly parameter: Parameter;
  readonly tuning: Tuning;
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
  followers: readonly Follower[] = [],
): TunedGraph {
  const all = parameters.map((parameter, index): Tuned => ({ parameter, tuning: tunings[index] ?? IN_FULL }));
  const learned = all.filter(({ parameter }) => !parameter.follows);
  const full = learned.flatMap(({ parameter, tuning }): Trained[] =>
    tuning.mode === 'full' ? [{ ...parameter, rate: tuning.rate, weightDecay: tuning.weightDecay }] : [],
  );
  const adapters = learned.flatMap(({ parameter, tuning }) =>
    tuning.mode === 'lora' ? [{ parameter, ...tuning }] : [],
  );
  const following = all.flatMap(({ parameter, tuning }) =>
    parameter.follows && tuning.mode === 'full' ? [{ parameter, follows: parameter.follows }] : [],
  );
  const seated = seat([...outputs, ...following.map(({ follows }) => meanOf(follows))], all);
  const graph = adapt(seated, adapters);
  if (adapters.length > 0 && graph.adapted.length === 0) throw nothingToAdapt(adapters.map(nameOf));
  const changing = new Set(
    [...full, ...[...following, ...graph.adapted].map(({ parameter }) => parameter)].map(nameOf),
  );
  const still = followers.filter(({ parameter }) => !changing.has(parameter.name));
  const values = rewrite(
    graph.outputs,
    new Map(still.map(({ symbol, parameter }) => [valueOf(symbol), valueOf(parameter.symbol)])),
  );
  return {
    outputs: values.slice(0, outputs.length),
    trained: [...full, ...graph.trained],
    frozen: all.filter(({ tuning }) => tuning.mode !== 'full').map(({ parameter }) => parameter),
    following: following.map(({ parameter, follows: { momentum } }, index) => ({
      parameter,
      momentum,
      value: required(values[outputs.length + index], `the value that ${parameter.name} follows`),
    })),
    adapted: graph.adapted,
    followers: followers.filter((one) => !still.includes(one)),
  };
}

/** Puts into the places of parameters that follow a batch what training reads there: the batch, or what is frozen. */
function seat(outputs: readonly SymbolicTensor[], all: readonly Tuned[]): Value[] {
  const seats = new Map<Node, Tuned>();
  for (const one of all) {
    for (const { source } of (one.parameter.follows?.places ?? []).map(valueOf)) {
      if (source.kind === 'node') seats.set(source.node, one);
    }
  }
  return rewrite(outputs.map(valueOf), new Map(), (node, [batch]) => {
    const seat = seats.get(node);
    return seat && [seat.tuning.mode === 'full' ? required(batch, 'the value of a batch') : seat.parameter.symbol];
  });
}

const meanOf = ({ of }: Follows): SymbolicTensor =>
  of.length === 1
    ? required(of[0], 'what is followed')
    : mul(
        of.reduce((a, b) => add(a, b)),
        1 / of.length,
      );

const nameOf = (one: { readonly parameter: Parameter } | Parameter): string =>
  'parameter' in one ? one.parameter.name : one.name;

const nothingToAdapt = (names: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `no adapter can stand beside ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`,
    hint: 'Adapters are for factors of MatMul and Gemm and for 1×1 convolutions. Use full or probe.',
  });
