export { batches } from './batches.js';
export type { BatchOptions } from './batches.js';
export { didYouMean, nearest } from './nearest.js';
export { prefetch } from './prefetch.js';
export { createRandom, permutation } from './random.js';
export { splitRows } from './split.js';
export type { Split } from './split.js';
