export { depth, type DepthMap } from './depth.js';
