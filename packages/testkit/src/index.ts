export { conformsAsBackend } from './backend.js';
export { difference, expectAllClose, type Numbers, type Tolerance } from './compare.js';
export {
  checkEncoder,
  checkFusion,
  checkHead,
  checkModality,
  conformsAsEncoder,
  conformsAsFusion,
  conformsAsHead,
  conformsAsModality,
} from './conformance.js';
export { fuse, pooledSamples, type Fused, type InputSize } from './fused.js';
export { someWeights } from './graph/random.js';
export { runGraph } from './graph/run-graph.js';
export type { Problem } from './problem.js';
export { conformsToReadme, optionRows, type LoadPackage } from './readme.js';
export { affine, featureInputs, gelu, standardized, tensor } from './reference.js';
export { attentionBlock, type BlockReference, type Rows } from './reference-block.js';
export type { EncoderTrial, FusionTrial, HeadTrial, ModalityTrial } from './trial.js';
