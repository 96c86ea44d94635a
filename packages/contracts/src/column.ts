import type { Needs } from './modality.js';
import type { Survey, Surveyed } from './survey.js';
import type { Random } from './symbol.js';
import type { Tensors, TensorSpecs } from './tensor.js';

/** The random numbers of one sample in one epoch. */
export interface SampleRandom {
  /** This column's alone. */
  readonly own: Random;
  /** One stream for all columns of the row, each of which gets it from its beginning: a flip that picture and mask share. */
  readonly row: Random;
}

/** What the graph is fed of a kept sample, where that is not the sample itself: a crop, 16 of 300 frames, a random variant. */
export interface View<T = unknown> {
  /** Shapes without the batch dimension. */
  readonly fed: TensorSpecs;
  /**
   * One sample [1,…] each of `kept` → one [1,…] each of `fed`. Must not change its argument.
   *
   * @param random null outside training: then the result is always the same
   */
  draw(kept: Tensors, random: SampleRandom | null): Tensors;
  /**
   * A value that people see what was drawn by, [1,…] each of `fed`: a picture of the pixels. Prepared, and drawn outside
   * training, it gives the same. Left out where there is no such value.
   */
  value?(drawn: Tensors): T;
}

/** What a column of a table, or several, becomes as tensors: for inputs and targets alike. */
export interface Column<T = unknown> {
  /** What is kept of one sample, without the batch dimension. */
  readonly kept: TensorSpecs;
  /** What decoding is told, so that a value comes no finer than `prepare` needs it, which is then quick. Default: all of it. */
  readonly needs?: Needs;
  /**
   * One tensor [1,…] for each of `kept`. Pure: its result is kept on disk. Throws SENSORIUM_UNSEEN_LABEL or
   * SENSORIUM_BAD_MEDIA for a value it can make nothing of.
   */
  prepare(value: T): Tensors;
  /**
   * Left out where the graph is fed what is kept. Where there is none, what frozen parts make of a sample is computed once
   * and kept, too.
   */
  readonly view?: View<T>;
  /** What `prepare` did to this value that its giver should know: a text cut, a picture squeezed. */
  notes?(value: T): readonly string[];
  /**
   * What people want to know of the values before they train on them: how they are distributed, what is cut or unknown, what
   * will not be learned.
   *
   * @param values every different one of the training table; of those that are files, the first few
   */
  survey?(values: AsyncIterable<Surveyed<T>>): Promise<Survey>;
}
