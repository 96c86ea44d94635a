export { embedding } from './embedding.js';
export type { EmbeddingPrediction, Similarity } from './decode.js';
