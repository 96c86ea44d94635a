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
  Initializer,
  Momentum,
  FollowedValue,
  ParameterOptions,
  Random,
  RandomKind,
  Scope,
  SymbolicTensor,
  Symbols,
} from './symbol.js';
export type { IO, Json, Line, Modality, Needs, Recognition, Shown, Source } from './modality.js';
export type { Attributed, Overlay, Overlaying, WeightedPicture, WeightMap } from './overlay.js';
export { exampleBeside, type Example, type ExampleLanguage, type NamedExample } from './example.js';
export type { Column, SampleRandom, View } from './column.js';
export type { Survey, Surveyed, Warning } from './survey.js';
export type { Content, EncodeOptions, Encoder, Features, Fusion, Mixed, Model, ModelInput } from './model.js';
export type { BuildGraph, DecodeOptions, Detail, Explained, Head, Meter, Prediction } from './head.js';
export type { Baseline, Bin, Estimate, Interval, Metric, Panel, Scores } from './scores.js';
export type { Availability, Backend, RunOptions, Session, SessionOptions } from './backend.js';
export { defineBackend, defineEncoder, defineFusion, defineHead, modalityOf } from './plugin.js';
export type {
  BackendPlugin,
  EncoderPlugin,
  FileReading,
  FusionPlugin,
  HeadPlugin,
  Plugin,
  PluginFiles,
  PluginKind,
  SpecVersion,
} from './plugin.js';
export { manifestSchema, missingKinds, trainableSchema } from './manifest.js';
export type {
  DataOptions,
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
export { required } from './required.js';
export { onlyFeatures } from './only-features.js';
