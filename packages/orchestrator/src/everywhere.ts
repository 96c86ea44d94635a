/** What this package offers in Node and in the browser alike. */
export { chooseBackend, preferenceOf, type BackendReport } from './backends.js';
export { openExplainable, ShapleyRuns } from './explain/index.js';
export type {
  AttentionExplanation,
  AttentionShares,
  Explainable,
  ExplainedValue,
  ExplainOptions,
  Explanation,
  ExplanationMethod,
  GradientExplanation,
  InputGradients,
  InputOverlays,
  Shapley,
  ShapleyOptions,
  ShapleyValues,
} from './explain/index.js';
export { type PipelineGraph, type RunGraphOptions } from './further-graphs.js';
export { createLoader, openModel, type LoadOptions, type OpenModel, type OtherVersion } from './load.js';
export {
  createPluginResolver,
  describeSchema,
  manifestJsonSchema,
  nearest,
  partsOf,
  placeError,
  pluginAt,
  readManifest,
  resolveManifest,
  toJsonSchema,
  withOptions,
} from './manifest/index.js';
export type {
  JsonSchema,
  LongManifest,
  ManifestResolution,
  PackagesAtHand,
  Part,
  PluginOf,
  PluginResolver,
  PluginResolverOptions,
  Plugins,
  ReadManifest,
  ReadOptions,
  ResolvedPlugin,
} from './manifest/index.js';
export {
  MANIFEST_FILE,
  readModelFolder,
  replacementOf,
  type ModelFolder,
  type ModelInMemory,
  type ModelManifest,
  type ModelSource,
  type Provenance,
} from './model-folder.js';
export { checkModel } from './model/check.js';
export {
  exportModel,
  inferenceModel,
  MODEL_FILE,
  outputName,
  type ExportedModel,
  type InferenceModel,
  type ModelNoise,
} from './model/export.js';
export { graphsOf, type FurtherGraph } from './model/further-graphs.js';
export { openGraph, type ModelGraph } from './model/graph.js';
export { programOf, type Program, type ProgramHead, type ProgramInput, type ProgramTensor } from './model/program.js';
export { sampleNoise } from './noise.js';
export { compressModel, type CompressedModel } from './model/compress.js';
export { modelWeights } from './model/weights.js';
export { createParts, mapRecord, type FusionPart, type HeadPart, type InputPart, type Parts } from './model/parts.js';
export { absent, fedSpecs, inputTensors, mayBeMissing, modelInputs, presentName, tensorName } from './model/tensors.js';
export { outputsOfHead, type AnySignature, type Pipeline, type RunSampleOptions, type Signature } from './pipeline.js';
export { decidingHead, formatPlan, planModel, type Plan, type PlanRow } from './plan.js';
export type { Base, IOOptions, Platform } from './platform.js';
export { readPluginFiles, type PluginReading } from './plugin-files.js';
export type { ReadingOptions, SampleAccess, SampleLimits } from './reading-rules.js';
export { decodeSource, sampleTensors, type OnNote, type Sample } from './sample.js';
