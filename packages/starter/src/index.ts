export * from './scenes/index.js';
export { starterModel, starterPackage, starterSamples, type StarterSample } from './starter.js';
