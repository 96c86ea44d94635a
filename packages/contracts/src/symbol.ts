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

/** What a parameter follows that is not learned: p ← momentum · p + (1 − momentum) · value, once a training step. */
export interface MovingAverage {
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
  average?: MovingAverage;
}

/**
 * Where parameters live and what names them: `fusion/image/gate`. The mode decides whether dropout is in the graph.
 */
export interface Scope {
  readonly path: string;
  readonly mode: 'inference' | 'training';
  at(...names: string[]): Scope;
  /** Declares a learned tensor. A second one of the same name is an error. */
  parameter(
    name: string,
    shape: readonly number[],
    initialize: Initializer,
    options?: ParameterOptions,
  ): SymbolicTensor;
  /** Uniform random values in [0, 1) in steps of 1/256, new for every training step. Only in training mode. */
  random(shape: Shape): SymbolicTensor;
}

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
}
