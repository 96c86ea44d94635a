import type { DataColumn } from '../data/data-column.js';
import type { Meters } from '../run/meters.js';
import { LEVELS } from './figures.js';
import { subsetsOf } from './subsets.js';

/** All that a model is tried with. */
export interface Trials {
  /** The inputs that may be missing. */
  readonly optional: readonly DataColumn[];
  readonly subsets: readonly { readonly present: readonly string[]; readonly meters: Meters }[];
  /** The inputs that can be disturbed. */
  readonly noisy: readonly DataColumn[];
  /** Each of these alone, then all at once; a meter for every level above 0. */
  readonly noise: readonly { readonly inputs: readonly string[]; readonly meters: readonly Meters[] }[];
  /** How many there are: a row is answered as often. */
  readonly count: number;
  /** What is not tried, and why. */
  readonly notes: readonly string[];
}

/** @param columns of the inputs */
export function planTrials(columns: readonly DataColumn[], meters: () => Meters): Trials {
  const optional = columns.filter(({ presentName }) => presentName !== null);
  const noisy = columns.filter(({ modality }) => modality.disturb !== undefined);
  const alone = noisy.map(({ name }) => [name]);
  const groups = noisy.length > 1 ? [...alone, noisy.map(({ name }) => name)] : alone;
  const noise = groups.map((inputs) => ({ inputs, meters: LEVELS.slice(1).map(meters) }));
  const subsets = subsetsOf(columns.map(nameOf), optional.map(nameOf)).map((present) => ({
    present,
    meters: meters(),
  }));
  return {
    ...{ optional, subsets, noisy, noise },
    count: subsets.length + noise.length * (LEVELS.length - 1),
    notes: columns.flatMap((column) => notesOf(column, columns.length)),
  };
}

const nameOf = ({ name }: DataColumn): string => name;

function notesOf({ name, modality, presentName }: DataColumn, inputs: number): string[] {
  const noise = `"${name}" gets no noise: values of the kind ${modality.name} have none.`;
  const missing = `"${name}" is never missing: set "missing" to skip, learned or impute to learn to do without it.`;
  return [...(modality.disturb ? [] : [noise]), ...(presentName === null && inputs > 1 ? [missing] : [])];
}
