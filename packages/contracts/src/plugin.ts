import type { z } from 'zod';
import type { MediaOf, Modality } from './media.js';
import type { Features, Random, Scope, SymbolicTensor, Symbols } from './symbol.js';
import type { Tensor, Tensors, TensorSpecs } from './tensor.js';

export type SpecVersion = 'v1';
export type PluginKind = 'encoder' | 'fusion' | 'head' | 'backend';

interface PluginBase<Kind extends PluginKind, Schema extends z.ZodObject> {
  readonly specVersion: SpecVersion;
  readonly kind: Kind;
  /** The short name: `image` of `@sensorium/encoder-image`. */
  readonly name: string;
  /**
   * A strict object. It validates, fills the defaults, and gives the JSON Schema for editors and the README's table.
   * Parsed options are JSON.
   */
  readonly options: Schema;
}

/** The bytes of files that options name, by the paths that stand there. */
export type PluginFiles = ReadonlyMap<string, Uint8Array>;

/** Turns media into tensors, and tensors into features. */
export interface Encoder<M extends Modality = Modality> {
  /** Tensors of one sample, without the batch dimension. */
  readonly inputs: TensorSpecs;
  /** Pure and deterministic: its result is cached. One tensor [1,…] for each of `inputs`. */
  prepare(media: MediaOf<M>): Tensors;
  /**
   * Training only: a random variant of prepared tensors of one sample. Must not change its argument. Left out where nothing
   * is varied: then what frozen parts make of a sample is computed once and kept.
   */
  augment?(sample: Tensors, random: Random): Tensors;
  /** What `prepare` did to this value that its giver should know: a text cut, a picture squeezed. */
  notes?(media: MediaOf<M>): string[];
  /** `x` holds [B,…] for each of `inputs`; `present` is [B,1]. */
  build(scope: Scope, x: Symbols, present: SymbolicTensor): Features;
}

export interface EncoderPlugin<
  Schema extends z.ZodObject = z.ZodObject,
  M extends Modality = Modality,
> extends PluginBase<'encoder', Schema> {
  readonly modality: M;
  /**
   * Paths of files that the encoder is built from, as the options say them: relative to the manifest. Training reads
   * them; a finished model has all that `build` made of them, so that without them `prepare` must work, and `build` says
   * which one it lacks.
   *
   * @param read what was read before; asked again until nothing new is named, so that a file can name others
   */
  files?(options: z.output<Schema>, read: PluginFiles): readonly string[];
  /**
   * Fills the options that only the training data and the files can tell (a vocabulary, a size). Called once, before
   * training.
   */
  learn?(options: z.output<Schema>, media: AsyncIterable<MediaOf<M>>, files?: PluginFiles): Promise<z.output<Schema>>;
  create(options: z.output<Schema>, files?: PluginFiles): Encoder<M>;
}

/** Features of every input by the input's name → features. */
export interface Fusion {
  build(scope: Scope, parts: Readonly<Record<string, Features>>): Features;
}

export interface FusionPlugin<Schema extends z.ZodObject = z.ZodObject> extends PluginBase<'fusion', Schema> {
  create(options: z.output<Schema>): Fusion;
}

/** One answer for one sample, as people read it. JSON. */
export interface Prediction {
  /** The answer in a word. */
  readonly label: string;
  /** 0…1 */
  readonly probability: number;
  /** The best answers, most probable first, this one included. */
  readonly candidates: readonly { readonly label: string; readonly probability: number }[];
}

/** How good predictions are on a table. Higher `primary` is better. */
export interface Scores {
  /** The name in `values` by which models are compared. */
  readonly primary: string;
  readonly values: Readonly<Record<string, number>>;
  /** Rows are truths, columns predictions. */
  readonly confusion?: { readonly labels: readonly string[]; readonly counts: readonly (readonly number[])[] };
}

export interface Head {
  /** What training needs to know of one sample. */
  readonly targets: TensorSpecs;
  /** A cell of the table → target tensors [1,…]. Throws SENSORIUM_UNSEEN_LABEL for a value it cannot mean. */
  target(value: string): Tensors;
  /** Outputs by name, among them everything that `loss` and `decode` read. */
  build(scope: Scope, features: Features): Symbols;
  /** The mean loss over the batch, a float32 scalar. `targets` hold [B,…]. */
  loss(outputs: Symbols, targets: Symbols): SymbolicTensor;
  decode(outputs: Tensors): Prediction[];
  /** The same outputs and targets, over a whole table → scores. */
  score(outputs: Tensors, targets: Tensors): Scores;
}

export interface HeadPlugin<Schema extends z.ZodObject = z.ZodObject> extends PluginBase<'head', Schema> {
  /** Fills the options that only the training table can tell (the labels). */
  learn?(options: z.output<Schema>, values: AsyncIterable<string>): Promise<z.output<Schema>>;
  create(options: z.output<Schema>): Head;
}

export type Availability = { readonly available: true } | { readonly available: false; readonly reason: string };

export interface SessionOptions {
  /** Run in a worker thread, so that the caller's event loop stays free. Default false. */
  readonly isolate?: boolean;
  /** Threads of one operator. Default: what the machine has. */
  readonly threads?: number;
  /**
   * State that stays where the session computes, input name → output name: what a run leaves in the output is the input's
   * value in the next run. Both have one element type, and no two inputs share an output; the shape may change from run to
   * run as far as the model allows. Runs of such a session wait for each other. Default none.
   */
  readonly carried?: Readonly<Record<string, string>>;
}

export interface RunOptions {
  /** Only these outputs. Default all that are not carried; a carried one that is asked for is copied out. */
  readonly outputs?: readonly string[];
  readonly signal?: AbortSignal;
}

/** A loaded model. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Inputs are not changed, and (when not isolated) read in place. A carried input that is given sets the state; one that
   * is left out has the value that the last run left. A run that fails leaves the state as it was before.
   *
   * Throws SENSORIUM_MISSING_INPUT, SENSORIUM_UNKNOWN_INPUT, SENSORIUM_DTYPE, SENSORIUM_SHAPE or SENSORIUM_UNKNOWN_KEY
   * where it is called wrongly, SENSORIUM_OUT_OF_MEMORY, SENSORIUM_DISPOSED, and the signal's reason.
   */
  run(inputs: Tensors, options?: RunOptions): Promise<Record<string, Tensor>>;
  /** A copy of the state by input name, after all runs that were asked for before; {} until one has given it. */
  carried(): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export interface Backend {
  /** `cpu`, `webgpu`, `cuda`, `wasm` */
  readonly name: string;
  /** Whether it can run here, and if not, why, in words that help. Never throws. */
  available(): Promise<Availability>;
  /**
   * Throws SENSORIUM_BACKEND_UNAVAILABLE, SENSORIUM_BAD_MODEL or SENSORIUM_OUT_OF_MEMORY, and where `carried` does not fit
   * the model SENSORIUM_UNKNOWN_INPUT, SENSORIUM_UNKNOWN_KEY, SENSORIUM_DTYPE or SENSORIUM_DUPLICATE_NAME. Never falls back
   * by itself.
   */
  load(model: Uint8Array, options?: SessionOptions): Promise<Session>;
}

export interface BackendPlugin<Schema extends z.ZodObject = z.ZodObject> extends PluginBase<'backend', Schema> {
  create(options: z.output<Schema>): Backend;
}

export type Plugin = EncoderPlugin | FusionPlugin | HeadPlugin | BackendPlugin;

/** Checks a plugin's shape at compile time and gives it back. */
export function definePlugin<Schema extends z.ZodObject, M extends Modality>(
  plugin: EncoderPlugin<Schema, M>,
): EncoderPlugin<Schema, M>;
export function definePlugin<Schema extends z.ZodObject>(plugin: FusionPlugin<Schema>): FusionPlugin<Schema>;
export function definePlugin<Schema extends z.ZodObject>(plugin: HeadPlugin<Schema>): HeadPlugin<Schema>;
export function definePlugin<Schema extends z.ZodObject>(plugin: BackendPlugin<Schema>): BackendPlugin<Schema>;
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}
