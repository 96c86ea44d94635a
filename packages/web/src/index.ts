export { configureWeb, type WebOptions } from '@sensorium/backend-web';
export { errorToJson, formatError, SensoriumError } from '@sensorium/contracts';
export type {
  ErrorCode,
  Manifest,
  Metric,
  Plugin,
  Prediction,
  ResolvedManifest,
  Scores,
  SessionOptions,
  Source,
  Tensor,
  Tensors,
} from '@sensorium/contracts';
export { memoryStore, opfsStore, type Store } from '@sensorium/data';
export type { CaptionPrediction } from '@sensorium/head-caption';
export type { Candidate, ClassificationPrediction } from '@sensorium/head-classification';
export type { EmbeddingPrediction } from '@sensorium/head-embedding';
export type { RegressionPrediction } from '@sensorium/head-regression';
export { formatPlan } from '@sensorium/orchestrator';
export type {
  AnySignature,
  BackendReport,
  ExplainOptions,
  Explanation,
  LoadOptions,
  ModelInMemory,
  ModelSource,
  PackagesAtHand,
  Pipeline,
  PipelineGraph,
  Plan,
  RunSampleOptions,
  SampleAccess,
  SampleLimits,
  Signature,
} from '@sensorium/orchestrator';
export type {
  Checked,
  CheckOptions,
  CompareOptions,
  Comparison,
  DataExplanation,
  EvaluateOptions,
  Evaluation,
  ManifestSource,
  Metrics,
  Progress,
  Robustness,
  RobustnessOptions,
  Trained,
  TrainOptions,
} from '@sensorium/trainer';
export { check, compare, evaluate, loadPipeline, renderExplanations, train } from './calls.js';
export { standardPackages } from './standard.js';
