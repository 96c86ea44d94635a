export { floatingPointOperations } from './cost.js';
export { gradients, type GradientOptions } from './differentiate/gradients.js';
export { inputsOf, replaceValues } from './frontier/cut.js';
export { frozenFrontier, type FrontierOptions, type FrontierValue } from './frontier/frontier.js';
export { sameValues } from './frontier/same-values.js';
export { filled, glorot, he, normal, ones, uniform, zeros } from './initialize.js';
export {
  attention,
  crossAttentionBlock,
  transformerBlock,
  type AttentionOptions,
  type BlockOptions,
  type CrossBlockOptions,
} from './layers/attention.js';
export { convolutionGrid, type GridOptions, gridWidths, type GridWidths } from './layers/convolution-grid.js';
export { standardizedConvolution, type StandardizedOptions } from './layers/standardized-convolution.js';
export { convolution, type ConvolutionLayerOptions } from './layers/convolution.js';
export { dropout } from './layers/dropout.js';
export {
  anyPresent,
  divideParts,
  maskedMax,
  maskedMean,
  maskedSoftmax,
  project,
  vectorFeatures,
  type FusedParts,
} from './layers/fusing.js';
export { learnedTokens } from './layers/learned-tokens.js';
export { embedding, linear, mlp, type LinearOptions, type MlpOptions } from './layers/linear.js';
export { melSpectrogram, type MelOptions } from './layers/mel-spectrogram.js';
export { modulatedBlock } from './layers/modulation.js';
export { batchNorm, groupNorm, instanceNorm, layerNorm, rmsNorm, type BatchNormOptions } from './layers/norm.js';
export { OPSET, toOnnx, type ModelDescription } from './onnx/write.js';
export { defineOperator, single, type Definition, type GradientContext, type Operator } from './operator.js';
export * from './operators/index.js';
export type { Follows, Follower, NoiseInput, Parameter, RandomRequest } from './declarations.js';
export { createScope, parameter, type RootScope, type ScopeOptions } from './scope.js';
export { knownSize } from './shape.js';
export { constant, constantTensor, input } from './value.js';
export { inlineWeights, shareWeights } from './onnx/shared-weights.js';
