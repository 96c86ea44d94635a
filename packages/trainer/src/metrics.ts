import type { Scores } from '@sensorium/contracts';
import type { EpochReport } from './checkpoint.js';
import type { StartReport } from './start.js';

/** What `metrics.json` of a model folder holds, and what the report shows. */
export interface Metrics {
  readonly name: string;
  readonly backend: string;
  /** Seconds of training, preparation included. */
  readonly seconds: number;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly parameters: number;
  /** Of weights that training started from. */
  readonly start?: StartReport;
  /** From 1; the epoch whose weights were kept. */
  readonly bestEpoch: number;
  readonly history: readonly EpochReport[];
  /** Of each head. Chosen on, so it flatters a little. */
  readonly validation?: Readonly<Record<string, Scores>>;
  /** Of each head, on the table that nothing was chosen on. */
  readonly test?: Readonly<Record<string, Scores>>;
}

/** A sample of the report, with its answer. */
export interface Example {
  readonly head: string;
  /** The cells of the table, and for pictures and other files the path. */
  readonly inputs: readonly {
    readonly name: string;
    readonly modality: string;
    readonly cell: string;
    readonly source: string;
  }[];
  readonly truth: string;
  readonly prediction: string;
  readonly probability: number;
  readonly right: boolean;
}
