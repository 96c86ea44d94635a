import type { DataType, Shape } from './tensor.js';

/**
 * A value of the graph that is not computed yet: an input, a parameter, a constant or a node's output. Immutable.
 * Operators of `@sensorium/graph` take and give these.
 */
export interface SymbolicTensor {
  readonly id: number;
  readonly dtype: DataType;
  readonly shape: Shape;
}

export type Symbols = Readonly<Record<string, SymbolicTensor>>;

/** A deterministic stream of random numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer in [0, limit). */
  integer(limit: number): number;
  /** Uniform bytes. */
  bytes(count: number): Uint8Array;
  /** An independent stream, fixed by this stream's seed and `name` alone. */
  fork(name: string): Random;
}

/** Fills a parameter's first values; `shape` is concrete. */
export type Initializer = (shape: readonly number[], random: Random) => Float32Array;

/** How slowly something follows, 0…1: f ← momentum · f + (1 − momentum) · p. A scalar symbol may read `scope.progress`. */
export type Momentum = number | SymbolicTensor;

/** What a parameter follows that is not learned: p ← momentum · p + (1 − momentum) · value, once a training step. */
export interface FollowedValue {
  /** Of one batch, float32 and of the parameter's shape. Where several batches make a step, their mean counts. */
  readonly of: SymbolicTensor;
  /** 0…1 */
  readonly momentum: number;
}

export interface ParameterOptions {
  /** Whether weight decay applies. Default: only to tensors of two or more dimensions. */
  decay?: boolean;
  /** Its first values were learned elsewhere, so that `trainable: probe` and `lora` leave them as they are. Default false. */
  pretrained?: boolean;
  /**
   * In training: no gradient changes it, but it follows a value of the graph, which is used in its place. Where it is
   * frozen, it takes that place itself, as at inference. Default none.
   */
  follows?: FollowedValue;
}

/** `uniform`: in [0, 1), in training in steps of 1/256; `normal`: of mean 0 and deviation 1. */
export type RandomKind = 'uniform' | 'normal';

/**
 * Where parameters live and what names them: `fusion/image/gate`. The mode decides whether dropout is in the graph.
 */
export interface Scope {
  readonly path: string;
  /** `inference` also for the loss of held-out samples: no dropout there. */
  readonly mode: 'inference' | 'training';
  at(...names: string[]): Scope;
  /** Declares a learned tensor. Throws SENSORIUM_DUPLICATE_NAME for a second one of the same name. */
  parameter(
    name: string,
    shape: readonly number[],
    initialize: Initializer,
    options?: ParameterOptions,
  ): SymbolicTensor;
  /**
   * The same place, where names that were declared give the same tensors: weights that are used twice. Throws
   * SENSORIUM_SHAPE where a name has another shape. Scopes below it are shared, too.
   */
  shared(): Scope;
  /**
   * The same place, whose parameters follow those of the same names, which must be declared: a teacher. They start equal,
   * have no gradient, no weight decay and no adapters. Scopes below it are followers, too. Only in a loss: what `answer`
   * reads cannot follow anything.
   */
  follower(momentum: Momentum): Scope;
  /**
   * float32 random values, [..]. In training and for held-out samples they are fed beside the samples, new for every step;
   * in a finished model they are an input (`<head>.noise`) that a seed fills. Default kind `uniform`.
   */
  random(shape: Shape, kind?: RandomKind): SymbolicTensor;
  /** How far training is, a float32 scalar 0…1; a constant 1 in a finished model. For momentum, temperature, curriculum. */
  readonly progress: SymbolicTensor;
  /**
   * Adds a loss of the part's own to what training makes small: the balance of experts, the commitment of a codebook. A
   * float32 scalar; it is reported under its name, below the part's. A second one of the same name in a shared scope, and
   * all of a finished model, count nothing.
   */
  loss(name: string, value: SymbolicTensor): void;
}
