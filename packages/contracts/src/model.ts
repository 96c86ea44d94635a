import type { Column } from './column.js';
import type { Overlaying } from './overlay.js';
import type { Momentum, Scope, SymbolicTensor, Symbols } from './symbol.js';

/** The one port between encoders, fusions and heads. All float32. */
export interface Features {
  /** [B,T,D] */
  readonly tokens: SymbolicTensor;
  /** [B,T], 1 where there is a token, 0 where there is padding or nothing. */
  readonly mask: SymbolicTensor;
  /** [B,D] */
  readonly pooled: SymbolicTensor;
  /** [B,1], 1 where the sample has this input, 0 where it is missing. */
  readonly present: SymbolicTensor;
  /** How the T tokens lie, where they lie in more than a row: [14,14] of a picture, [8,14,14] of a clip. */
  readonly grid?: readonly number[];
  /** The tokens after every layer, first to last, each [B,T,D']. */
  readonly layers?: readonly SymbolicTensor[];
  /** Coarse to fine maps [B,C,H,W], for dense answers. */
  readonly maps?: readonly SymbolicTensor[];
}

/**
 * What stands at each token: one of `count` ids [B,T] (int64 or int32), or float32 values [B,T,N]. `unknown` is the id of all
 * that has none of its own, so that two of them need not be the same thing.
 */
export type Content =
  | { readonly ids: SymbolicTensor; readonly count: number; readonly unknown?: number }
  | { readonly values: SymbolicTensor };

/** Two samples in one. */
export interface Mixed {
  /** [B,…] for each tensor that the column feeds. Where `build` takes them, float32 in place of integers. */
  readonly x: Symbols;
  /** The share of the first in it, a float32 scalar 0…1: what was asked for, or what whole pixels allow. */
  readonly ratio: SymbolicTensor;
}

/** Turns values of one modality into tensors, and tensors into features. */
export interface Encoder<T = unknown> extends Column<T> {
  /** Whether `build` takes `hidden`. Default false: objectives that hide tokens refuse this encoder before training. */
  readonly hides?: boolean;
  /**
   * @param x [B,…] for each tensor that the column feeds
   * @param present [B,1], 1 where the sample has a value
   * @param hidden [B,T], 1 where a token must not be seen
   */
  build(scope: Scope, x: Symbols, present: SymbolicTensor, hidden?: SymbolicTensor): Features;
  /** What stands at each token, for objectives that predict it. */
  content?(x: Symbols): Content;
  /** How explanations show values. Left out: all that is fed counts, and explanations give numbers alone. */
  readonly overlay?: Overlaying<T>;
  /**
   * Mixes each sample with a partner, in training only. Left out where values of this kind cannot be mixed: then `training.mix`
   * is refused. A ratio of 1 gives the samples, 0 the partners.
   *
   * @param scope for `scope.random`: nothing is learned here
   * @param x [B,…] for each tensor that the column feeds, each of a sample that has a value
   * @param partner the same of other samples
   * @param ratio the share of `x`, a float32 scalar 0…1
   */
  mix?(scope: Scope, x: Symbols, partner: Symbols, ratio: SymbolicTensor): Mixed;
}

/** Makes features of several inputs, or of other fusions, by their names, into one. */
export interface Fusion {
  build(scope: Scope, parts: Readonly<Record<string, Features>>): Features;
}

/** An input of the model, as it is fed. */
export interface ModelInput {
  readonly x: Symbols;
  readonly present: SymbolicTensor;
  /** Undefined where the encoder does not say. */
  readonly content: Content | undefined;
}

export interface EncodeOptions {
  /** Values in place of those that the model is fed. */
  readonly x?: Symbols;
  /** [B,T], 1 where a token must not be seen. Throws SENSORIUM_MANIFEST_INVALID where the encoder cannot hide tokens. */
  readonly hidden?: SymbolicTensor;
  /** With weights that follow the model's so slowly. In a loss only. */
  readonly teacher?: Momentum;
}

/** The model as a head sees it. What nobody reads is not built. */
export interface Model {
  /** Of every input and fusion that the manifest's `of` names, in its order. */
  readonly features: Readonly<Record<string, Features>>;
  /** The names of all inputs that `features` are computed from, in the order of the manifest. */
  readonly inputs: readonly string[];
  /** One of `inputs`. */
  input(name: string): ModelInput;
  /** An input's encoder once more, with the same weights or a teacher's. */
  encode(name: string, options?: EncodeOptions): Features;
  /** A fusion once more, of other parts, with the same weights or a teacher's. */
  fuse(name: string, parts: Readonly<Record<string, Features>>, options?: { readonly teacher?: Momentum }): Features;
}
