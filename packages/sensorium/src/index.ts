/** In Node: what there is on a page, the starter model, and lists of plugins. */
export * from '@sensorium/web';
export { evaluate, loadPipeline } from './starter.js';
export { starterModel, starterSamples, type StarterSample } from '@sensorium/starter';
export { listPlugins, programFolders, type InstalledPlugin, type PluginList } from '@sensorium/orchestrator';
