import { type Plugin, type SessionOptions } from '@sensorium/contracts';
import { chooseBackend } from './backends.js';
import { createPluginResolver, type PluginResolver, type ResolvedParts } from './manifest/index.js';
import { readModelFolder, type ModelManifest } from './model-folder.js';
import { createParts, mapRecord } from './model/parts.js';
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

/** `loadPipeline` of one platform. */
export function createLoader(platform: Platform, defaultFrom: () => readonly (string | URL)[]) {
  /**
   * Loads the folder that training wrote (a path, or a URL in the browser).
   * Throws SENSORIUM_NOT_FOUND, SENSORIUM_BAD_MODEL, SENSORIUM_CHECKSUM, SENSORIUM_UNKNOWN_PLUGIN, SENSORIUM_BACKEND_UNAVAILABLE.
   */
  return async function loadPipeline<N extends Names = Names>(
    folder: string | URL,
    { backend, plugins, from = defaultFrom(), session: sessionOptions }: LoadOptions = {},
  ): Promise<Pipeline<N>> {
    const { manifest, model } = await readModelFolder(folder, platform);
    const found = await findPlugins(manifest, createPluginResolver({ from, plugins }));
    const parts = createParts(manifest, found);
    const preference = backend === undefined ? manifest.backend : [backend].flat();
    const { use, ...report } = await chooseBackend(platform, preference);
    const session = await use.load(model, sessionOptions);
    return createPipeline({ manifest, parts, platform, session, backend: report }) as unknown as Pipeline<N>;
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
