import type { Column } from './column.js';
import type { Modality } from './modality.js';
import type { Model } from './model.js';
import type { Scores } from './scores.js';
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
  decode?(outputs: Tensors, options?: DecodeOptions): P[];
  /** A new meter, for one pass over a table. */
  meter?(): Meter;
  /** What explanations are of. Left out where no number says the answer, as with a text: then it cannot be explained. */
  readonly explained?: Explained;
}

/** The numbers of an answer that are explained: each is a sum of what parts of the sample contribute. */
export interface Explained {
  /** The output of `answer` that holds them: float32 [B,N] with `names`, [B] without. */
  readonly output: string;
  /** What the N numbers are of: labels. The greatest is explained unless another is asked for. */
  readonly names?: readonly string[];
  /** `%`: they are shares 0…1, shown in percent. */
  readonly unit?: string;
}

export interface DecodeOptions {
  /** All that there is to say of an answer, however long: the probability of every label. Default false: what people read. */
  readonly full?: boolean;
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
  /**
   * What people should know of each sample's answer where it is shown with its truth: the runner-up, how far off it is. Counts
   * nothing. Left out where the answer says it all.
   */
  details?(outputs: Tensors, targets: Tensors): readonly (readonly Detail[])[];
  /**
   * Of all samples that were added, at least one.
   *
   * @param options.intervals false where nobody reads them, as when epochs are compared: then they may be left out. Default true
   */
  result(options?: { readonly intervals?: boolean }): Scores;
}

/** A line below an answer. */
export interface Detail {
  /** A word or two: `second` */
  readonly title: string;
  readonly text: string;
  /** 0…1, where it is as sure as that. */
  readonly confidence?: number;
}
