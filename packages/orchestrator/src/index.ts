import { pathToFileURL } from 'node:url';
import { createLoader } from './load.js';
import { nodePlatform } from './node.js';

/** Loads a model folder in Node. */
export const loadPipeline = createLoader(nodePlatform, () => [pathToFileURL(`${process.cwd()}/`)]);
export { nodePlatform as platform } from './node.js';
export { chooseBackend, type BackendReport } from './backends.js';
export { createLoader, openModel, type LoadOptions, type OpenModel } from './load.js';
export * from './manifest/index.js';
export { MANIFEST_FILE, MODEL_FILE, readModelFolder, type ModelFolder, type ModelManifest, type Provenance } from './model-folder.js';
export { buildModel, mayBeMissing, modelInputs, presentName, tensorName, type Model } from './model/build.js';
export { exportModel, inferenceModel, outputName } from './model/export.js';
export { createParts, mapRecord, type HeadPart, type InputPart, type Parts } from './model/parts.js';
export { outputsOfHead, type Names, type Pipeline, type RunSampleOptions } from './pipeline.js';
export { formatPlan, planModel, type Plan, type PlanRow } from './plan.js';
export type { Platform } from './platform.js';
export { absent, type Sample } from './sample.js';
