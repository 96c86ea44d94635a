/** What this package offers in Node and on a page alike. */
export type { Checked, MeasuringCheckOptions } from './check.js';
export { namesOf, sourceAt, type ColumnRef, type Place } from './data/cell.js';
export type { ChosenFiles } from './data/chosen-files.js';
export type { Look } from './data/look.js';
export type { ColumnReport } from './data/survey.js';
export type { EvaluateOptions, Evaluation } from './evaluate.js';
export type { Duration, Forecast } from './forecast.js';
export { CHECKPOINT_FILE, METRICS_FILE, REPORT_FILE } from './folder/files.js';
export type { Decision, EpochReport, Example, Losses, Metrics } from './metrics.js';
export { metricsToJson, withoutMedia } from './metrics.js';
export type { CheckOptions, ManifestSource } from './plan/options.js';
export type { FirstLook } from './plan/first-look.js';
export type { Planned } from './plan/planned.js';
export type { Decider } from './plan/set-up.js';
export { formatStart, type StartReport } from './plan/start.js';
export type { OnProgress, Phase, Progress } from './progress.js';
export type { Trained, TrainOptions } from './train.js';
