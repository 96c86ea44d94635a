import type { z } from 'zod';
import type { Backend } from './backend.js';
import type { Example } from './example.js';
import type { Head, Prediction } from './head.js';
import type { Modality } from './modality.js';
import type { Encoder, Fusion } from './model.js';

export type SpecVersion = 'v1';
export type PluginKind = 'encoder' | 'fusion' | 'head' | 'backend';

/** The bytes of files that options name, by the paths that stand there. */
export type PluginFiles = ReadonlyMap<string, Uint8Array>;

/** What a plugin reads files with that lie elsewhere than beside the manifest. */
export interface FileReading {
  /** What `keep` kept under this name, in this run or an earlier one; undefined where there is nothing. */
  kept(name: string): Promise<Uint8Array | undefined>;
  keep(name: string, bytes: Uint8Array): Promise<void>;
  readonly signal?: AbortSignal;
  /** Hears how many bytes of all are there. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a plugin of any kind is. `T` is the type of the values that it learns from. */
interface PluginBase<Kind extends PluginKind, Schema extends z.ZodObject, T> {
  readonly specVersion: SpecVersion;
  readonly kind: Kind;
  /** The short name: `image` of `@sensorium/encoder-image`. */
  readonly name: string;
  /**
   * A strict object. It validates, fills the defaults, and gives the JSON Schema for editors and the README's table.
   * Parsed options are JSON.
   */
  readonly options: Schema;
  /**
   * Paths of files that it is built from, as the options say them: relative to the manifest. Training reads them; a finished
   * model has all that building made of them, so that without them preparing and decoding must work, and building says which
   * one it lacks.
   *
   * @param read what was read before; asked again until nothing new is named, so that a file can name others
   */
  files?(options: z.output<Schema>, read: PluginFiles): readonly string[];
  /**
   * Reads one of `files` that is nothing beside the manifest, such as one of a hub of models; undefined where it is. Throws the
   * signal's reason.
   */
  read?(file: string, options: z.output<Schema>, reading: FileReading): Promise<Uint8Array> | undefined;
  /**
   * Fills the options that only training data and files can tell: a vocabulary, a size, the labels. Called once, before
   * training.
   *
   * @param values the decoded values of its column, in the order of the table: for an encoder every different one, for a head
   *   those of all rows; none for plugins without modality
   */
  learn?(options: z.output<Schema>, values: AsyncIterable<T>, files: PluginFiles): Promise<z.output<Schema>>;
}

export interface EncoderPlugin<Schema extends z.ZodObject = z.ZodObject, T = unknown> extends PluginBase<
  'encoder',
  Schema,
  T
> {
  /** Where options choose it, it is the same before and after `learn`. */
  readonly modality: Modality<T> | ((options: z.output<Schema>) => Modality<T>);
  /** `prepare`, and `view` outside training, without Sensorium. */
  readonly example?: Example | ((options: z.output<Schema>) => Example);
  create(options: z.output<Schema>, files: PluginFiles): Encoder<T>;
}

export interface FusionPlugin<Schema extends z.ZodObject = z.ZodObject> extends PluginBase<'fusion', Schema, never> {
  create(options: z.output<Schema>, files: PluginFiles): Fusion;
}

export interface HeadPlugin<
  Schema extends z.ZodObject = z.ZodObject,
  T = unknown,
  P extends Prediction = Prediction,
> extends PluginBase<'head', Schema, T> {
  /** Of its target. Left out: it needs no column of the table. */
  readonly modality?: Modality<T>;
  /** `decode` without Sensorium. */
  readonly example?: Example;
  /** @param of the names of the inputs and fusions that it reads, as `features` of its model will have them */
  create(options: z.output<Schema>, files: PluginFiles, of: readonly string[]): Head<T, P>;
}

export interface BackendPlugin<Schema extends z.ZodObject = z.ZodObject> extends PluginBase<'backend', Schema, never> {
  create(options: z.output<Schema>): Backend;
}

export type Plugin = EncoderPlugin | FusionPlugin | HeadPlugin | BackendPlugin;

/** The modality of a plugin with these options: of an encoder's values, or a head's target; undefined where it has none. */
export function modalityOf(plugin: EncoderPlugin, options: Readonly<Record<string, unknown>>): Modality;
export function modalityOf(plugin: Plugin, options: Readonly<Record<string, unknown>>): Modality | undefined;
export function modalityOf(plugin: Plugin, options: Readonly<Record<string, unknown>>): Modality | undefined {
  const modality = 'modality' in plugin ? plugin.modality : undefined;
  return typeof modality === 'function' ? modality(options) : modality;
}

/** Checks an encoder's shape at compile time and gives the plugin. */
export function defineEncoder<Schema extends z.ZodObject, T>(
  encoder: Omit<EncoderPlugin<Schema, T>, 'kind'>,
): EncoderPlugin<Schema, T> {
  return { kind: 'encoder', ...encoder };
}

/** Checks a fusion's shape at compile time and gives the plugin. */
export function defineFusion<Schema extends z.ZodObject>(
  fusion: Omit<FusionPlugin<Schema>, 'kind'>,
): FusionPlugin<Schema> {
  return { kind: 'fusion', ...fusion };
}

/** Checks a head's shape at compile time and gives the plugin. */
export function defineHead<Schema extends z.ZodObject, T = never, P extends Prediction = Prediction>(
  head: Omit<HeadPlugin<Schema, T, P>, 'kind'>,
): HeadPlugin<Schema, T, P> {
  return { kind: 'head', ...head };
}

/** Checks a backend's shape at compile time and gives the plugin. */
export function defineBackend<Schema extends z.ZodObject>(
  backend: Omit<BackendPlugin<Schema>, 'kind'>,
): BackendPlugin<Schema> {
  return { kind: 'backend', ...backend };
}
