export { regression } from './regression.js';
export type { RegressionPrediction } from './prediction.js';
