export {
  abs,
  add,
  cast,
  ceil,
  cos,
  div,
  exp,
  floor,
  log,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  pow,
  reciprocal,
  round,
  sign,
  sin,
  sqrt,
  square,
  sub,
} from './arithmetic.js';
export { acos, acosh, asin, asinh, atan, atanh, cosh, sinh, tan } from './trigonometry.js';
export type { Operand } from './elementwise.js';
export {
  erf,
  gelu,
  geluTanh,
  logSoftmax,
  mish,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  tanh,
} from './activation.js';
export {
  celu,
  clip,
  elu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  prelu,
  relu6,
  selu,
  thresholdedRelu,
} from './rectifier.js';
export { and, equal, greater, greaterOrEqual, isNaN, less, lessOrEqual, not, or, where, xor } from './comparison.js';
export { loop, loopIndex, type Carried, type LoopOptions, type LoopResult } from './control.js';
export { einsum } from './einsum.js';
export { gather, lookup, oneHot } from './indexing.js';
export { gemm, matmul, trilu } from './linear-algebra.js';
export { argMax, argMin, topK, type ArgumentOptions, type TopKOptions } from './ranking.js';
export { gru, lstm, rnn, type GruOptions, type LstmOptions, type RnnOptions } from './recurrence.js';
export {
  l1Norm,
  l2Norm,
  logSum,
  logSumExp,
  max,
  mean,
  min,
  product,
  sum,
  sumSquare,
  type ReduceOptions,
} from './reduction.js';
export { gatherElements, gatherND, scatterElements, scatterND, type ScatterReduction } from './scattering.js';
export { scaledDotProductAttention, type ScaledDotProductOptions } from './scaled-dot-product.js';
export { cumsum, range, type CumulativeOptions, type RangeOptions } from './sequence.js';
export { slice, sliceAxes, split, type Parts, type AxisSlice } from './slicing.js';
export {
  batchNormalization,
  batchNormalizationInTraining,
  groupNormalization,
  instanceNormalization,
  type BatchNormalized,
} from './channel-normalization.js';
export { layerNormalization, rmsNormalization, standardize, type NormalizationOptions } from './normalization.js';
export {
  concat,
  elementCount,
  expand,
  expandLike,
  flatten,
  lengthOf,
  reshape,
  shapeOf,
  squeeze,
  tile,
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
