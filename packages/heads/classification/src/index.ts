export { classification } from './classification.js';
export type { Candidate, ClassificationPrediction } from './decode.js';
