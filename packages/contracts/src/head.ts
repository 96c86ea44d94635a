import type { Column } from './column.js';
import type { Modality, Line } from './modality.js';
import type { Model } from './model.js';
import type { Scope, SymbolicTensor, Symbols } from './symbol.js';
import type { Tensors } from './tensor.js';

/** Builds a graph over the model; gives its outputs by name. */
export type BuildGraph = (scope: Scope, model: Model) => Symbols;

/**
 * What is made of a model: `answer` stands in the finished model, `loss` in training. Each declares the parameters that it
 * needs, under the same names where they are the same: those of `answer` and `graphs` are among those of `loss`, where there is
 * one. A self-supervised objective has a loss alone.
 */
export interface Head<T = unknown, P extends Prediction = Prediction> {
  /** What is learned from, one value for each sample. Needs the plugin's `modality`; left out where that is. */
  readonly target?: Column<T>;
  /** Outputs by name, each [B,…]. */
  answer?(scope: Scope, model: Model): Symbols;
  /** The mean over the batch, a float32 scalar. `target` holds [B,…] for each tensor that the target feeds. */
  loss?(scope: Scope, model: Model, target: Symbols): SymbolicTensor;
  /** Samples of a batch see each other in the loss. Default false. Then no sample is repeated to fill a batch. */
  readonly couplesSamples?: boolean;
  /**
   * Further graphs of the finished model, over the same weights: towers of a search, one step of a generation. One may
   * declare inputs of its own with `input()` of `@sensorium/graph`; what it does not read of the model is not in its file.
   */
  readonly graphs?: Readonly<Record<string, BuildGraph>>;
  /** One prediction for each sample of the outputs of `answer`. */
  decode?(outputs: Tensors): P[];
  /** A new meter, for one pass over a table. */
  meter?(): Meter;
}

/** One answer for one sample. JSON but for `media`; fields of its own beside these. */
export interface Prediction {
  /** The answer in a line: what the core prints. */
  readonly text: string;
  /** 0…1, where the head can say. */
  readonly confidence?: number;
  /** The answer itself, where it is a picture, a sound or the like. */
  readonly media?: { readonly modality: Modality; readonly value: unknown };
}

/** Judges answers batch by batch, so that no table of outputs has to fit into memory. */
export interface Meter {
  /** The outputs of `answer` that it reads; others stay in the runtime. */
  readonly reads: readonly string[];
  /** @returns how bad each sample's answer is: the report shows the worst and the best */
  add(outputs: Tensors, targets: Tensors): Float32Array;
  /** Of all samples that were added, at least one. */
  result(): Scores;
}

export interface Metric {
  readonly value: number;
  readonly better: 'higher' | 'lower';
  /** A word or two for people: `mean absolute error` */
  readonly title?: string;
  /** A sentence for people. */
  readonly meaning?: string;
  /** `%`: the value is a share 0…1, shown in percent. */
  readonly unit?: string;
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
