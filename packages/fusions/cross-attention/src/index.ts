export { crossAttention } from './cross-attention.js';
