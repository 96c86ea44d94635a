import type { Backend, Plugin, Session, SessionOptions } from '@sensorium/contracts';
import { chooseBackend, preferenceOf, type BackendReport } from './backends.js';
import {
  createPluginResolver,
  partsOf,
  type PackagesAtHand,
  type PluginResolver,
  type Plugins,
  type ResolvedPlugin,
} from './manifest/index.js';
import { readModelFolder, type ModelFolder, type ModelManifest, type ModelSource } from './model-folder.js';
import { createParts, type Parts } from './model/parts.js';
import { own } from './own.js';
import { createPipeline, type AnySignature, type Pipeline, type Signature } from './pipeline.js';
import type { Platform } from './platform.js';
import { readingRules, type ReadingOptions, type ReadingRules } from './reading-rules.js';

export interface LoadOptions extends ReadingOptions {
  /** Where to run, in order of preference. Default: what the model's manifest says. */
  readonly backend?: string | readonly string[];
  /** Plugins at hand. In the browser, where packages cannot be looked up, there are no others but those of `packages`. */
  readonly plugins?: readonly Plugin[];
  /** Packages at hand, each imported where the model has a plugin of it. */
  readonly packages?: PackagesAtHand;
  /**
   * Node: folders or package.json files whose dependencies may be loaded as plugins. Default: the working directory, and
   * where the program itself is.
   */
  readonly from?: readonly (string | URL)[];
  /** Engine in a worker thread, threads of an operator. */
  readonly session?: SessionOptions;
}

/** A model folder that is read, with its engine running. */
export interface OpenModel {
  readonly manifest: ModelManifest;
  readonly parts: Parts;
  /** By the parts' keys: `inputs.image`. */
  readonly plugins: Plugins;
  readonly session: Session;
  readonly backend: BackendReport;
  /** What made the session, and how. */
  readonly use: Backend;
  readonly options: SessionOptions | undefined;
  /** How its samples are read. */
  readonly reading: ReadingRules;
  /** Where further files are. */
  readonly folder: ModelFolder;
  /** What paths in the manifest are relative to; undefined for a model in memory. */
  readonly base: string | URL | undefined;
  readonly otherVersions: readonly OtherVersion[];
}

/** A plugin that is installed in another version than the one the model was trained with: it may prepare inputs otherwise. */
export interface OtherVersion {
  readonly package: string;
  readonly trained: string;
  readonly installed: string;
}

/**
 * Reads the folder that training wrote (a path, a URL, or what is in it) and starts its engine.
 * Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO, SENSORIUM_BAD_MODEL, SENSORIUM_CHECKSUM,
 * SENSORIUM_UNKNOWN_PLUGIN, SENSORIUM_BAD_PLUGIN, SENSORIUM_MANIFEST_INVALID (a plugin of another version, which does not
 * know an option), SENSORIUM_BACKEND_UNAVAILABLE, and SENSORIUM_UNKNOWN_KEY or SENSORIUM_USAGE for `access` and `limits`.
 */
export async function openModel(
  platform: Platform,
  source: ModelSource,
  { backend: wanted, session: options, ...places }: LoadOptions,
): Promise<OpenModel> {
  const folder = await readModelFolder(source, platform);
  const { manifest, model } = folder;
  const resolver = createPluginResolver(places);
  const found = await findPlugins(manifest, resolver);
  const parts = createParts(manifest, found);
  const reading = readingRules(places, parts);
  const preference = wanted === undefined ? preferenceOf(manifest, platform) : [wanted].flat();
  const { use, ...backend } = await chooseBackend(platform, preference, resolver);
  const session = await use.load(model, options);
  return {
    ...{ manifest, parts, plugins: found, backend, use, options, reading, folder, session },
    base: typeof source === 'object' && 'manifest' in source ? undefined : source,
    otherVersions: otherVersions(manifest, found),
  };
}

function otherVersions({ built }: ModelManifest, plugins: Plugins): OtherVersion[] {
  const installed = new Map([...plugins.values()].map(({ package: name, version }) => [name, version]));
  return [...installed].flatMap(([name, version]) => {
    const trained = own(built.packages, name);
    return trained && version && trained !== version ? [{ package: name, trained, installed: version }] : [];
  });
}

/**
 * `loadPipeline` of one platform: opens a model for answering, throws what `openModel` throws. Who knows the model's names
 * at compile time gets typed samples and results:
 * `loadPipeline<{ inputs: { image: Source }; heads: { answer: ClassificationPrediction } }>(…)`.
 */
export function createLoader(platform: Platform, defaultFrom: () => readonly (string | URL)[]) {
  return async function loadPipeline<S extends Signature = AnySignature>(
    source: ModelSource,
    options: LoadOptions = {},
  ): Promise<Pipeline<S>> {
    const model = await openModel(platform, source, { from: defaultFrom(), ...options });
    return createPipeline<S>(model, platform);
  };
}

/** All are awaited together: a promise that nobody awaits when it fails would end the process. */
async function findPlugins(manifest: ModelManifest, resolver: PluginResolver): Promise<Plugins> {
  const found = partsOf(manifest).map(async ({ key, kind, use }) => {
    const plugin: ResolvedPlugin = (await resolver.resolve(kind, use)) as ResolvedPlugin;
    return [key, plugin] as const;
  });
  return new Map(await Promise.all(found));
}
