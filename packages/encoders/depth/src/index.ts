export { depth } from './depth.js';
export { type DepthEncoding, toMetres } from './encodings.js';
