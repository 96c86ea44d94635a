import type { PluginFiles, Source } from '@sensorium/contracts';
import type { z } from 'zod';

interface PluginTrial<Schema extends z.ZodObject> {
  /** Choices of options to try the plugin with. Every option must be read with at least one of them. */
  readonly options: readonly z.input<Schema>[];
  /** The files that there are, by the paths that stand in options. The plugin is handed those that it names. Default none. */
  readonly files?: PluginFiles;
}

export interface EncoderTrial<Schema extends z.ZodObject = z.ZodObject, T = unknown> extends PluginTrial<Schema> {
  /** Several different decoded values, among them the unusual; where options choose their modality, what it is with them. */
  readonly values: readonly T[] | ((options: z.output<Schema>) => readonly T[]);
}

export interface FusionTrial<Schema extends z.ZodObject = z.ZodObject> extends PluginTrial<Schema> {
  /**
   * The names of the parts that it fuses, where options name them. Their sizes are, in turn: 6 tokens, 4 tokens, one. Default
   * `first`, `second`, `third`; then it must also fuse the first alone.
   */
  readonly of?: readonly string[];
}

export interface HeadTrial<Schema extends z.ZodObject = z.ZodObject, T = unknown> extends PluginTrial<Schema> {
  /** Decoded values of the target, several different ones. Left out where there is none. */
  readonly values?: readonly T[];
  /** Values that the target must refuse. Default none. */
  readonly bad?: readonly T[];
  /**
   * The names of what it reads, as its model has them. Each is an input, in turn with 6 tokens on a grid, 4 tokens, one;
   * `fusion` is a fusion of the inputs `first` and `second`. Default `first`.
   */
  readonly of?: readonly string[];
}

export interface ModalityTrial {
  /** What it decodes, in every form that it takes. */
  readonly sources: readonly Source[];
  /** What it must refuse. Default none. */
  readonly bad?: readonly Source[];
  /** What reading gives, by the addresses that stand in sources. Default nothing. */
  readonly files?: PluginFiles;
}
