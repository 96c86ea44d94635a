export {
  abs,
  add,
  cast,
  cos,
  div,
  exp,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  sign,
  sin,
  sqrt,
  square,
  sub,
} from './arithmetic.js';
export type { Operand } from './elementwise.js';
export { erf, gelu, logSoftmax, relu, sigmoid, silu, softmax, softplus, tanh } from './activation.js';
export { equal, greater, greaterOrEqual, less, lessOrEqual, not, where } from './comparison.js';
export { loop, loopIndex, type Carried, type LoopOptions } from './control.js';
export { gather, lookup, oneHot } from './indexing.js';
export { gemm, matmul } from './linear-algebra.js';
export {
  batchNormalization,
  batchNormalizationInTraining,
  groupNormalization,
  instanceNormalization,
  type BatchNormalized,
} from './channel-normalization.js';
export { layerNormalization, rmsNormalization, standardize, type NormalizationOptions } from './normalization.js';
export { max, mean, sum, sumSquare, type ReduceOptions } from './reduction.js';
export {
  concat,
  expand,
  expandLike,
  flatten,
  reshape,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
  zerosLike,
} from './shaping.js';
export { conv, type ConvolutionOptions } from './convolution.js';
export { convTranspose, type TransposedConvolutionOptions } from './transposed-convolution.js';
export { pad, padAxes, type PadMode, type PadOptions } from './padding.js';
export {
  averagePool,
  globalAveragePool,
  globalMaxPool,
  maxPool,
  type AveragePoolOptions,
  type MaxPoolOptions,
  type PoolOptions,
} from './pooling.js';
export { resize, type ResizeOptions, type ResizeTarget } from './resize.js';
export type { CoordinateMode, NearestMode } from './interpolation.js';
export type { PerAxis, WindowOptions } from './windows.js';
