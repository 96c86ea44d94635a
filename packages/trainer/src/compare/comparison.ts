import type { ErrorCode, Metric } from '@sensorium/contracts';

/** What `compare.json` of a folder holds, and what the page shows. JSON. */
export interface Comparison {
  /** Of the manifest. */
  readonly name: string;
  readonly seeds: readonly number[];
  /** What is scored: first what decides, then of each other head the metric by which models are compared. */
  readonly metrics: readonly ComparedMetric[];
  /** Each input alone, and then what is compared, in the order in which it was given. */
  readonly rows: readonly ComparedRow[];
  /** The label of the row that is best by the first metric on validation rows; null where none has one. */
  readonly best: string | null;
}

/** A metric of a head; the validation loss, where no head has a meter. */
export interface ComparedMetric extends Pick<Metric, 'title' | 'unit' | 'better'> {
  readonly head: string | null;
  readonly name: string;
}

/** One way to train the manifest. */
export interface ComparedRow {
  readonly label: string;
  /** Overrides of the manifest. */
  readonly set: readonly string[];
  /** The input that is trained on alone; null: on all of them. */
  readonly alone: string | null;
  /** In the order of the comparison's metrics. */
  readonly scores: readonly { readonly validation: Spread | null; readonly test: Spread | null }[];
  /** Of the model; null where none was trained. */
  readonly parameters: number | null;
  /** Of all epochs, without what is prepared once for all trainings. */
  readonly seconds: Spread | null;
  /** Bytes of main memory that a process had at most; null where that is not known. */
  readonly memory: number | null;
  /** By their names: losses on the validation rows, or where they were not computed on those that are trained on, in the epoch that was kept. */
  readonly losses: Readonly<Record<string, Spread>>;
  /** One for each seed that was trained. */
  readonly runs: readonly ComparedRun[];
  /** Why a training failed; further seeds are not tried then. */
  readonly failure: Failure | null;
}

/** A finished training. */
export interface ComparedRun {
  readonly seed: number;
  /** Its model's folder, from the comparison's own on. */
  readonly folder: string;
  /** Of manifest, packages and tables, by which the same training is known again; null of rows in memory. */
  readonly identity: string | null;
  /** From 1; the one that was kept. */
  readonly bestEpoch: number;
  readonly epochs: number;
  /** Values of all metrics, by head and name. */
  readonly validation: Values;
  readonly test: Values;
}

export type Values = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** How values of several seeds lie. */
export interface Spread {
  readonly mean: number;
  /** The sample's standard deviation; null of one value. */
  readonly deviation: number | null;
}

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const mean = sum(values) / values.length;
  const squares = sum(values.map((value) => (value - mean) ** 2));
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
