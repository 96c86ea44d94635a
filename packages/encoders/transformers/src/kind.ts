import type { Column, Modality, Overlaying, SymbolicTensor, Symbols } from '@sensorium/contracts';
import type { Config, Source } from './model-files.js';
import type { Options } from './options.js';

/** What is particular to values of one modality. */
export interface Kind<T> {
  readonly modality: Modality<T>;
  /** The options that only the model's files and the values can tell. */
  learn(given: Options, values: AsyncIterable<T>, source: Source): Promise<Partial<Options>>;
  /** Throws SENSORIUM_MANIFEST_INVALID for options that were not learned. */
  create(given: Options): Front<T>;
}

/** From a value to what the model's file is given. */
export interface Front<T> extends Pick<Column<T>, 'kept' | 'needs' | 'prepare' | 'notes'> {
  /** What there is for inputs of the file, by their names there, [B,…]. */
  feed(x: Symbols): Symbols;
  readonly overlay?: Overlaying<T>;
  /** How many of `tokens` tokens are the value's, float32 [B]; left out where they always are all. */
  tokensOf?(x: Symbols, tokens: number, config: Config): SymbolicTensor;
}
