import { createLoader } from './load.js';
import { nodePlatform } from './node-platform.js';
import { programFolders } from './program-folders.js';

/** Loads a model in Node. */
export const loadPipeline = createLoader(nodePlatform, programFolders);
export { nodePlatform as platform } from './node-platform.js';
export { programFolders } from './program-folders.js';
export { listPlugins } from './manifest/index.js';
export type { InstalledPlugin, PluginList } from './manifest/index.js';
export * from './everywhere.js';
