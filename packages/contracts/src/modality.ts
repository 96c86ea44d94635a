import type { Example } from './example.js';
import type { Random } from './symbol.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What a cell of a table, a caller or a request gives for one value: a path, a URL, bytes, a Blob, JSON, an object of
 * several columns, or the decoded value itself. Only its modality knows what it means. A missing value is null.
 */
export type Source = string | number | boolean | object;

/**
 * How much a column needs of a value, in the words of its modality, which it imports: a picture's width and height. Decoding may
 * leave out what is finer than that.
 */
export type Needs = Readonly<Record<string, string | number>>;

/** What decoding may use. The core makes one for every place that values come from: a table's folder, a page, a request. */
export interface IO {
  /** How errors call the value, where its address would not help. */
  readonly name?: string;
  readonly signal?: AbortSignal;
  /**
   * What a value must not exceed: `bytes`, before it is decoded, and what its modality names, such as `pixels`. Beyond it:
   * SENSORIUM_MEDIA_TOO_LARGE.
   */
  readonly limits?: Readonly<Record<string, number>>;
  /**
   * The bytes at a path or URL, relative to the place that values come from. Throws SENSORIUM_NOT_FOUND,
   * SENSORIUM_NO_PERMISSION, SENSORIUM_IO, SENSORIUM_TIMEOUT, the signal's reason, and SENSORIUM_MEDIA_TOO_LARGE beyond
   * `maxBytes`, by default any number, without reading more.
   */
  read(address: string | URL, options?: { readonly maxBytes?: number }): Promise<Uint8Array>;
}

/** What a modality makes of the cells of a column. */
export interface Recognition {
  /**
   * 0…1, to be compared with what other modalities say: about 0.9 where the content of files says it, 0.5 where the cells are of a
   * form that others have, too.
   */
  readonly certainty: number;
  /** In words that follow "because": `its files look like a picture (PNG)` */
  readonly because: string;
  /** All columns of a table that are recognised so are one value together: cells of a row. Default: each is one by itself. */
  readonly together?: boolean;
}

/**
 * One kind of values: text, picture, sound, number, motion. `T` is what decoding gives. A plugin imports the modality that it
 * works on; the core never looks one up by its name, so that a new one is one more package.
 */
export interface Modality<T = unknown> {
  /** In a word, for people and for keys: `image` */
  readonly name: string;
  /** Whether a cell holds the value or names a file that does: files are looked for before training, and hashed. */
  readonly from: 'cell' | 'file';
  /** Rows that share a value stay on one side of a split, because it says which sample this is: a picture, not a word. */
  readonly exclusive: boolean;
  /** Part of the key of everything that is kept: another text wherever decoding changes. */
  readonly version: string;
  /** Names of the limits that `decode` keeps to beside `bytes`, such as `pixels`. */
  readonly limits?: readonly string[];
  /**
   * A decoded value is its own source. Throws SENSORIUM_BAD_MEDIA, SENSORIUM_MEDIA_TOO_LARGE, what `io.read` throws, and the
   * signal's reason, between the steps of decoding, too. Nothing of it keeps the event loop for more than about 10 ms.
   *
   * @param needs of the column that prepares the value. Default: all of it
   */
  decode(source: Source, io: IO, needs?: Needs): Promise<T>;
  /**
   * Whether a column of which nothing is known seems to be of this kind; undefined where not. Throws nothing but the signal's reason.
   *
   * @param cells some of those that are not empty, in the order of the table, at least one
   * @param column how the column is called, which may tell apart what is of the same form
   */
  recognises?(cells: readonly Source[], io: IO, column: string): Promise<Recognition | undefined>;
  /** How people see a value, in a report, a terminal, a page. */
  show(value: T): Shown | Promise<Shown>;
  /**
   * The value as a bad sensor, a bad line or a hasty writer would give it: what robustness is measured with. It may be decoded, and
   * is of the same size and range. The same stream gives the same noise, whose strength alone the level changes. Left out where
   * nobody knows what noise is. Throws the signal's reason.
   *
   * @param level 0…1, σ of MultiBench (Liang et al. 2021); 0 gives what was given
   */
  disturb?(value: T, level: number, random: Random, signal?: AbortSignal): T | Promise<T>;
  /** `decode` without Sensorium. */
  readonly example?: Example;
  /** The bytes of a file, and their media type (`image/png`), where answers are of this kind. */
  write?(value: T): Promise<{ readonly bytes: Uint8Array; readonly type: string }>;
}

/** Points of a line: x and y. Where y is NaN there is a gap: the line goes on behind it. */
export type Line = readonly (readonly [x: number, y: number])[];

/** A value as people see it. */
export type Shown =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'picture'; readonly png: Uint8Array; readonly alt: string }
  | { readonly kind: 'sound'; readonly wav: Uint8Array; readonly alt: string }
  /** Pictures one after the other; `rate` of them a second. */
  | { readonly kind: 'frames'; readonly pngs: readonly Uint8Array[]; readonly rate: number; readonly alt: string }
  /** Lines over one axis, by their names; `x` and `y` name the axes with their units. */
  | {
      readonly kind: 'curve';
      readonly x: string;
      readonly y: string;
      readonly lines: Readonly<Record<string, Line>>;
      readonly alt: string;
    };
