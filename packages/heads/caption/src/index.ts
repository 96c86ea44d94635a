export { caption } from './caption.js';
export type { CaptionPrediction } from './decode.js';
