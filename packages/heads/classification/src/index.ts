export { classification } from './classification.js';
export { scoreClassification } from './score.js';
