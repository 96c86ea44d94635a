export type { EpochReport } from './checkpoint.js';
export { evaluate, type EvaluateOptions, type Evaluation } from './evaluate.js';
export { CHECKPOINT_FILE, METRICS_FILE, REPORT_FILE } from './folder.js';
export type { Example, Metrics } from './metrics.js';
export type { Look } from './look.js';
export { check, type Checked, type CheckOptions, type ManifestSource } from './prepare.js';
export type { OnProgress, Phase, Progress } from './progress.js';
export { formatStart, type StartReport } from './start.js';
export { train, type TrainOptions, type Trained } from './train.js';
