import type { Column, Modality, Overlaying, PluginFiles, SymbolicTensor, Symbols } from '@sensorium/contracts';
import type { OnnxModel } from '@sensorium/onnx';
import type { Flow } from './flow.js';
import type { OnnxOptions, Size } from './options.js';

/** What is particular to values of one modality. */
export interface Kind<T> {
  readonly modality: Modality<T>;
  /** The options that only the file or the values can tell. Throws SENSORIUM_MANIFEST_INVALID where they do not. */
  learn(learning: Learning<T>): Promise<Partial<OnnxOptions>>;
  /** Throws SENSORIUM_MANIFEST_INVALID for options that were not learned. */
  create(given: OnnxOptions): Front<T>;
}

export interface Learning<T> {
  readonly given: OnnxOptions;
  /** Every different one of the table. */
  readonly values: AsyncIterable<T>;
  readonly files: PluginFiles;
  /** What the file says of the input that a value goes into. */
  readonly input: OnnxModel['inputs'][number];
}

/** From a value to what a file is given. */
export interface Front<T> extends Pick<Column<T>, 'kept' | 'needs' | 'prepare' | 'notes'> {
  flow(x: Symbols): Flow;
  readonly overlay?: Overlaying<T>;
  /** Of a sequence: how much of it is the value, float32 [B], in the units of its places. */
  length?(x: Symbols): SymbolicTensor;
  /** Of pictures: their size, and whether the file has the channels first. */
  readonly picture?: { readonly size: Size; readonly isFirst: boolean };
}
