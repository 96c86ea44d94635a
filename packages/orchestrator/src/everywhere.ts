/** What this package offers in Node and in the browser alike. */
export { chooseBackend, type BackendReport } from './backends.js';
export { createLoader, openModel, type LoadOptions, type OpenModel, type OtherVersion } from './load.js';
export {
  createPluginResolver,
  describeSchema,
  manifestJsonSchema,
  nearest,
  placeError,
  readManifest,
  resolveManifest,
  toJsonSchema,
} from './manifest/index.js';
export type {
  JsonSchema,
  LongManifest,
  ManifestResolution,
  PluginOf,
  PluginResolver,
  PluginResolverOptions,
  ReadManifest,
  ReadOptions,
  ResolvedParts,
  ResolvedPlugin,
  ResolveOptions,
} from './manifest/index.js';
export {
  MANIFEST_FILE,
  MODEL_FILE,
  readModelFolder,
  type ModelFolder,
  type ModelInMemory,
  type ModelManifest,
  type ModelSource,
  type Provenance,
} from './model-folder.js';
export { buildModel, mayBeMissing, modelInputs, presentName, tensorName, type Model } from './model/build.js';
export { exportModel, inferenceModel, outputName, type InferenceModel } from './model/export.js';
export { modelWeights } from './model/weights.js';
export { createParts, mapRecord, type HeadPart, type InputPart, type Parts } from './model/parts.js';
export { outputsOfHead, type Names, type Pipeline, type RunSampleOptions } from './pipeline.js';
export { formatPlan, planModel, type Plan, type PlanRow } from './plan.js';
export type { Platform } from './platform.js';
export { readPluginFiles } from './plugin-files.js';
export { absent, type OnNote, type Sample } from './sample.js';
