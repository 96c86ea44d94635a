import { browserPlatform } from './browser-platform.js';
import { createLoader } from './load.js';

/** Loads a model on a page. Its plugins have to be given. */
export const loadPipeline = createLoader(browserPlatform, () => []);
export { browserPlatform as platform } from './browser-platform.js';
export * from './everywhere.js';
