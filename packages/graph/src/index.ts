export { floatingPointOperations } from './cost.js';
export { gradients, type GradientOptions } from './differentiate/gradients.js';
export { filled, glorot, he, normal, ones, uniform, zeros } from './initialize.js';
export { attention, transformerBlock, type AttentionOptions, type BlockOptions } from './layers/attention.js';
export { dropout } from './layers/dropout.js';
export { embedding, linear, mlp, type LinearOptions, type MlpOptions } from './layers/linear.js';
export { batchNorm, groupNorm, instanceNorm, layerNorm, rmsNorm, type BatchNormOptions } from './layers/norm.js';
export { importGraph, type ImportOptions } from './onnx/import/import.js';
export { externalFiles } from './onnx/read/external-files.js';
export { readOnnx, storedTensors, type OnnxModel, type ReadOptions, type TensorDescription } from './onnx/read/read.js';
export { OPSET } from './onnx/needs.js';
export { toOnnx, type ModelDescription } from './onnx/write.js';
export { defineOperator, single, type Definition, type GradientContext, type Operator } from './operator.js';
export * from './operators/index.js';
export {
  adamw,
  lion,
  sgd,
  type AdamWOptions,
  type LionOptions,
  type Optimizer,
  type SgdOptions,
} from './training/optimizers.js';
export { adaptable } from './training/adapter-uses.js';
export { schedule, type Schedule, type ScheduleOptions } from './training/schedule.js';
export { unlearnableMatrices, type StoredMatrix } from './training/stored-matrices.js';
export { tuneGraph, type TunedGraph, type Tuning } from './training/tuning.js';
export { inputsOf, replaceValues } from './frontier/cut.js';
export { frozenFrontier, type FrontierOptions, type FrontierValue } from './frontier/frontier.js';
export { sameValues } from './frontier/same-values.js';
export { createScope, parameter, type Parameter, type RootScope } from './scope.js';
export { formatShape, knownSize } from './shape.js';
export { trainingProgram, type Loss, type TrainingOptions, type TrainingProgram } from './training/program.js';
export { constant, constantTensor, input } from './value.js';
export { readSafeTensors, writeSafeTensors, type SafeTensors } from './safetensors.js';
export { matchWeights, type MatchedWeights } from './weights.js';
export { emptyTensor, gatherRows, row, rows, stack } from './tensor-data.js';
export { convolution, type ConvolutionLayerOptions } from './layers/convolution.js';
