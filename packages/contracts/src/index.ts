export type {
  DataType,
  Dimension,
  Shape,
  Tensor,
  Tensors,
  TensorSpec,
  TensorSpecs,
  TypedArray,
  TypedArrays,
} from './tensor.js';
export { typedArrays } from './tensor.js';
export type {
  Features,
  Initializer,
  MovingAverage,
  ParameterOptions,
  Random,
  Scope,
  SymbolicTensor,
  Symbols,
} from './symbol.js';
export type { Media, MediaOf, MediaSource, Modality, Raster, Text } from './media.js';
export { definePlugin } from './plugin.js';
export type {
  Availability,
  Backend,
  BackendPlugin,
  Encoder,
  EncoderPlugin,
  Fusion,
  FusionPlugin,
  Head,
  HeadPlugin,
  Plugin,
  PluginFiles,
  PluginKind,
  Prediction,
  RunOptions,
  Scores,
  Session,
  SessionOptions,
  SpecVersion,
} from './plugin.js';
export { manifestSchema, trainableSchema } from './manifest.js';
export type {
  Manifest,
  PartOptions,
  ResolvedFusion,
  ResolvedHead,
  ResolvedInput,
  ResolvedManifest,
  Trainable,
  TrainingOptions,
} from './manifest.js';
export { errorCodes, errorToJson, formatError, formatLocation, SensoriumError } from './error.js';
export type { ErrorCode, ErrorDetails, ErrorLocation } from './error.js';
