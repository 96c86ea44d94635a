import type { Line } from './modality.js';
import type { Tensors } from './tensor.js';

/** Weights over a picture, row by row, however fine: a grid of 8×8 lies over a picture of 224×224. */
export interface WeightMap {
  readonly width: number;
  readonly height: number;
  readonly weights: ArrayLike<number>;
}

/** A picture (PNG) and what its places weigh. */
export interface WeightedPicture extends WeightMap {
  readonly png: Uint8Array;
}

/**
 * A value as people see it, with what its parts contribute to an answer: above 0 they speak for it, below 0 against it. Weights are
 * compared within one value.
 */
export type Overlay =
  | ({ readonly kind: 'picture'; readonly alt: string } & WeightedPicture)
  /** Pictures one after the other; `rate` of them a second. */
  | {
      readonly kind: 'frames';
      readonly frames: readonly WeightedPicture[];
      readonly rate: number;
      readonly alt: string;
    }
  /** Words of a text, cells of a row, in their order. */
  | { readonly kind: 'parts'; readonly parts: readonly { readonly text: string; readonly weight: number }[] }
  /** Lines over one axis, by their names, and a weight for each point of each. */
  | {
      readonly kind: 'curve';
      readonly x: string;
      readonly y: string;
      readonly lines: Readonly<Record<string, Line>>;
      readonly weights: Readonly<Record<string, ArrayLike<number>>>;
      readonly alt: string;
    };

/** A value, and what the numbers that the graph is fed of it contribute to an answer. */
export interface Attributed<T = unknown> {
  readonly value: T;
  /** What the graph is fed, [1,…] each. */
  readonly fed: Tensors;
  /** float32, of the same shapes: what each number contributes; of an id, what stands for it does. */
  readonly weights: Tensors;
}

/** How an encoder's values are shown with what their parts contribute to an answer. */
export interface Overlaying<T = unknown> {
  /** The tensors whose numbers are the value itself; others, such as lengths, only say how it lies. At least one. */
  readonly of: readonly string[];
  /** @param attributed `weights` has the tensors of `of` */
  show(attributed: Attributed<T>): Overlay | Promise<Overlay>;
}
