import type { Line, Modality } from './modality.js';

/** Where a value lies, and where it might lie for other samples of the same kind. */
export interface Estimate {
  readonly value: number;
  /** Holds the value. Left out where it is not known. */
  readonly interval?: Interval;
}

/** A confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** How often such intervals hold what they estimate, 0…1: 0.95 */
  readonly level: number;
}

export interface Metric extends Estimate {
  readonly better: 'higher' | 'lower';
  /** A word or two for people: `mean absolute error` */
  readonly title?: string;
  /** A sentence for people. */
  readonly meaning?: string;
  /** `%`: the value is a share 0…1, shown in percent. */
  readonly unit?: string;
  /** What no model reaches on the same samples: one that gives always the same answer, or any by chance. */
  readonly baseline?: Baseline;
}

export interface Baseline {
  readonly value: number;
  /** A few words for people: `always “cat”`, `by chance` */
  readonly title: string;
}

/** How good answers are. */
export interface Scores {
  /** The metric by which epochs and models are compared. */
  readonly decides: string;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly panels?: readonly Panel[];
}

/** What a report draws, whatever the task. */
export type Panel = { readonly title: string; readonly meaning?: string } & (
  | {
      /** Counts: rows are truths, columns answers. */
      readonly kind: 'matrix';
      readonly rows: readonly string[];
      readonly columns: readonly string[];
      readonly counts: readonly (readonly number[])[];
    }
  | { readonly kind: 'curve'; readonly x: string; readonly y: string; readonly lines: Readonly<Record<string, Line>> }
  | {
      readonly kind: 'points';
      readonly x: string;
      readonly y: string;
      readonly at: Line;
      /** Where a perfect answer lies: on the diagonal, or at y = 0. */
      readonly ideal?: 'diagonal' | 'zero';
    }
  | {
      /** A share of the samples of each interval of x, both 0…1: how often answers of such confidence are right. */
      readonly kind: 'bins';
      readonly x: string;
      readonly y: string;
      /** In the order of x, without those that have no samples. */
      readonly bins: readonly Bin[];
      /** Whether the shares should be what x is. */
      readonly ideal?: 'diagonal';
    }
  | { readonly kind: 'bars'; readonly unit?: string; readonly bars: Readonly<Record<string, number>> }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | number)[])[];
    }
  | {
      readonly kind: 'gallery';
      readonly items: readonly { readonly title: string; readonly modality: Modality; readonly value: unknown }[];
    }
);

/** The samples whose x lies in from…to. */
export interface Bin extends Estimate {
  readonly from: number;
  readonly to: number;
  /** The mean of their x. */
  readonly at: number;
  /** How many they are. */
  readonly count: number;
}
