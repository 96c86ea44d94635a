import { pathToFileURL } from 'node:url';
import { createLoader } from './load.js';
import { nodePlatform } from './node-platform.js';

/** Loads a model in Node. */
export const loadPipeline = createLoader(nodePlatform, () => [pathToFileURL(`${process.cwd()}/`)]);
export { nodePlatform as platform } from './node-platform.js';
export { listPlugins } from './manifest/index.js';
export type { InstalledPlugin, PluginList } from './manifest/index.js';
export * from './everywhere.js';
