import type { Mutation } from '../mutate/mutation.js';

/** A file to begin with. */
export interface Seed {
  readonly name: string;
  /** With the dot: `.csv`. */
  readonly ending: string;
  readonly bytes: Uint8Array;
}

export interface Format {
  /** How many of 100 inputs are of it: fewer of what takes long. */
  readonly share: number;
  /** Whole files, as our own code or the tools of others write them. */
  seeds(): Promise<readonly Seed[]>;
  /** Files that somebody made on purpose to do harm. They come first, as they are. */
  hostile(): Promise<readonly Seed[]>;
  /** Changes that keep a file readable, so that what it says is reached. */
  readonly structured: readonly Mutation[];
  readonly others: readonly Mutation[];
}

const encoder = new TextEncoder();

export const textSeed = (name: string, ending: string, text: string): Seed => ({
  name,
  ending,
  bytes: encoder.encode(text),
});
