import type { Baseline, Metric } from './scores.js';

/** One of the different values of a column, and where it stands. */
export interface Surveyed<T> {
  readonly value: T;
  /** All rows that have it, at least 1. */
  readonly rows: number;
  /** Those of them that are trained on; the others are held out. */
  readonly trained: number;
}

/** What is worth knowing of a column before an hour is spent on it. */
export interface Survey {
  /** In a few words each, the most important first: `13 labels`, `yes 31 %, no 30 %, blue 4 %, …` */
  readonly facts: readonly string[];
  /** The metric that decides, as always the same answer reaches it in the rows that were surveyed; for what is learned. */
  readonly baseline?: Pick<Metric, 'better' | 'unit'> & Baseline & { readonly metric: string };
  readonly warnings: readonly Warning[];
}

/** What is no error and what nobody wants to learn after an hour. */
export interface Warning {
  /** Stable, in small letters with hyphens: `label-once` */
  readonly code: string;
  /** What it is about, in the manifest: `heads.answer`. Of a column the core says it. */
  readonly key?: string;
  /** A sentence: what is so. */
  readonly message: string;
  /** A sentence: what to do. */
  readonly hint: string;
}
