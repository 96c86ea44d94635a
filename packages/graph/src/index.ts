export { floatingPointOperations } from './cost.js';
export { gradients } from './differentiate.js';
export { filled, glorot, he, normal, ones, uniform, zeros } from './initialize.js';
export { attention, transformerBlock, type AttentionOptions, type BlockOptions } from './layers/attention.js';
export { dropout } from './layers/dropout.js';
export { embedding, linear, mlp, type LinearOptions, type MlpOptions } from './layers/linear.js';
export { layerNorm, rmsNorm } from './layers/norm.js';
export { importGraph, type ImportOptions } from './onnx/import/import.js';
export { readOnnx, type OnnxModel, type ReadOptions, type TensorDescription } from './onnx/read/read.js';
export { OPSET, toOnnx, type ModelDescription } from './onnx/write.js';
export { defineOperator, single, type Definition, type GradientContext, type Operator } from './operator.js';
export * from './operators/index.js';
export {
  adamw,
  globalNorm,
  schedule,
  sgd,
  type AdamWOptions,
  type Optimizer,
  type Schedule,
  type ScheduleOptions,
  type SgdOptions,
} from './optimizer.js';
export { createScope, parameter, type Parameter, type RootScope } from './scope.js';
export { formatShape, knownSize } from './shape.js';
export { trainingProgram, type Loss, type TrainingOptions, type TrainingProgram } from './training.js';
export { constant, constantTensor, input } from './value.js';
export { readSafeTensors, writeSafeTensors, type SafeTensors } from './safetensors.js';
export { emptyTensor, gatherRows, row, rows, stack } from './tensor-data.js';
export { convolution, type ConvolutionLayerOptions } from './layers/convolution.js';
