import type { SymbolicTensor } from '@sensorium/contracts';
import { add, cast, gather, expand, reshape, slice, range } from '@sensorium/graph';

/** Where a step stands: float32 of any shape, both of the same. */
export interface StepNumbers {
  /** 1 at the first step. */
  readonly step: SymbolicTensor;
  /** Where the schedule stands, 0…all steps: the same as `step`, unless the program is fed it. */
  readonly clock: SymbolicTensor;
}

/** From functions of a step's numbers to scalars of the running step. */
export type StepScalars = <Name extends string>(
  compute: (numbers: StepNumbers) => Readonly<Record<Name, SymbolicTensor>>,
) => Record<Name, SymbolicTensor>;

export interface StepScalarsOptions {
  /** Steps done before this chunk, float32 scalar. */
  readonly before: SymbolicTensor;
  /** Steps of this chunk, int64 scalar, and the name of the dimension that counts them. */
  readonly count: SymbolicTensor;
  readonly steps: string;
  /** Fed [steps], where the schedule does not stand at the step's own number. */
  readonly clock?: SymbolicTensor;
  /** The number of the running step within this chunk, from 0. */
  readonly index: SymbolicTensor;
}

/**
 * What is computed for one number is computed this often, side by side. A kernel works on whole registers and treats what
 * is left over by other code, with other last bits; in rows of this width nothing is left over, so that a step's numbers
 * don't depend on how many steps a chunk has.
 */
const WIDTH = 16;

/** Computes scalars of all steps of a chunk at once, outside of the loop: dozens of tiny operators less in every step. */
export function stepScalars({ before, count, steps, clock, index }: StepScalarsOptions): StepScalars {
  const numbers = range(1, add(count, 1), 1, { dimension: steps });
  const wide = (values: SymbolicTensor): SymbolicTensor => {
    const column = reshape(values, [steps, 1]);
    return expand(column, [steps, WIDTH], column);
  };
  const step = wide(add(cast(numbers, 'float32'), before));
  const stands: StepNumbers = { step, clock: clock ? wide(clock) : step };
  return (compute) => mapValues(compute(stands), (values) => gather(reshape(slice(values, 1, 0, 1), [steps]), index));
}

function mapValues<Name extends string, T>(record: Readonly<Record<Name, T>>, map: (value: T) => T): Record<Name, T> {
  const entries = Object.entries<T>(record).map(([name, value]) => [name, map(value)]);
  return Object.fromEntries(entries) as Record<Name, T>;
}
