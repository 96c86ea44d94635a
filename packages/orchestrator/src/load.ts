import { type Plugin, type Session, type SessionOptions } from '@sensorium/contracts';
import { chooseBackend, type BackendReport } from './backends.js';
import { createPluginResolver, type PluginResolver, type ResolvedParts } from './manifest/index.js';
import { readModelFolder, type ModelManifest } from './model-folder.js';
import { createParts, mapRecord, type Parts } from './model/parts.js';
import { createPipeline, type Names, type Pipeline } from './pipeline.js';
import type { Platform } from './platform.js';

export interface LoadOptions {
  /** Where to run, in order of preference. Default: what the model's manifest says. */
  readonly backend?: string | readonly string[];
  /** Plugins at hand; needed in the browser, where packages cannot be looked up. */
  readonly plugins?: readonly Plugin[];
  /** Node: folders or package.json files whose dependencies may be loaded as plugins. Default: the working directory. */
  readonly from?: readonly (string | URL)[];
  /** Engine in a worker thread, threads of an operator. */
  readonly session?: SessionOptions;
}

/** A model folder that is read, with its engine running. */
export interface OpenModel {
  readonly manifest: ModelManifest;
  readonly parts: Parts;
  readonly session: Session;
  readonly backend: BackendReport;
}

/**
 * Reads the folder that training wrote (a path, or a URL in the browser) and starts its engine.
 * Throws SENSORIUM_NOT_FOUND, SENSORIUM_BAD_MODEL, SENSORIUM_CHECKSUM, SENSORIUM_UNKNOWN_PLUGIN, SENSORIUM_BACKEND_UNAVAILABLE.
 */
export async function openModel(
  platform: Platform,
  folder: string | URL,
  { backend: wanted, plugins, from, session: options }: LoadOptions,
): Promise<OpenModel> {
  const { manifest, model } = await readModelFolder(folder, platform);
  const parts = createParts(manifest, await findPlugins(manifest, createPluginResolver({ from, plugins })));
  const { use, ...backend } = await chooseBackend(platform, wanted === undefined ? manifest.backend : [wanted].flat());
  return { manifest, parts, backend, session: await use.load(model, options) };
}

/** `loadPipeline` of one platform: opens a model folder for answering; throws what `openModel` throws. */
export function createLoader(platform: Platform, defaultFrom: () => readonly (string | URL)[]) {
  return async function loadPipeline<N extends Names = Names>(
    folder: string | URL,
    options: LoadOptions = {},
  ): Promise<Pipeline<N>> {
    const model = await openModel(platform, folder, { from: defaultFrom(), ...options });
    return createPipeline({ ...model, platform }) as unknown as Pipeline<N>;
  };
}

async function findPlugins(manifest: ModelManifest, resolver: PluginResolver): Promise<ResolvedParts> {
  const inputs = mapRecord(manifest.inputs, ({ encoder }) => resolver.resolve('encoder', encoder));
  const heads = mapRecord(manifest.heads, ({ use }) => resolver.resolve('head', use));
  return {
    inputs: await settle(inputs),
    fusion: await resolver.resolve('fusion', manifest.fusion.use),
    heads: await settle(heads),
  };
}

async function settle<T>(record: Readonly<Record<string, Promise<T>>>): Promise<Record<string, T>> {
  return Object.fromEntries(await Promise.all(Object.entries(record).map(async ([key, value]) => [key, await value] as const)));
}
