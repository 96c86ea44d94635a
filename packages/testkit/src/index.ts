export { conformsAsBackend } from './backend.js';
export { difference, expectAllClose, type Numbers, type Tolerance } from './compare.js';
export {
  checkEncoder,
  checkFusion,
  checkHead,
  conformsAsEncoder,
  conformsAsFusion,
  conformsAsHead,
} from './conformance.js';
export type { EncoderTrial, FusionTrial, HeadTrial } from './plugin-groups.js';
export type { Problem } from './problem.js';
export { conformsToReadme, type LoadPackage } from './readme.js';
export { someWeights } from './graph-module.js';
export { runGraph } from './run-graph.js';
