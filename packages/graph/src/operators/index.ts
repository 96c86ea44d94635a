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
export { standardize } from './normalization.js';
export { max, mean, sum, sumSquare, type ReduceOptions } from './reduction.js';
export {
  concat,
  expand,
  expandLike,
  flatten,
  pad,
  reshape,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
  zerosLike,
} from './shaping.js';
export { conv2d, type ConvolutionOptions } from './convolution.js';
export { averagePool, globalAveragePool, maxPool } from './pooling.js';
export type { Padding } from './windows.js';
