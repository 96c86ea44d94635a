export { adaptable } from './adapter-uses.js';
export {
  adamw,
  lion,
  sgd,
  type AdamWOptions,
  type LionOptions,
  type Optimizer,
  type SgdOptions,
} from './optimizers.js';
export type { Balance } from './balance.js';
export type { Noise } from './feed.js';
export { totalLoss, type Loss } from './loss.js';
export { trainingProgram, type TrainingOptions, type TrainingProgram } from './program.js';
export { schedule, sweep, type Schedule, type ScheduleOptions, type SweepOptions } from './schedule.js';
export { unlearnableMatrices, type StoredMatrix } from './stored-matrices.js';
export { tuneGraph, type TunedGraph, type Tuning } from './tuning.js';
