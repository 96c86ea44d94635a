import {
  required,
  SensoriumError,
  type Dimension,
  type Features,
  type RandomKind,
  type ResolvedManifest,
  type Shape,
  type Symbols,
  type Tensor,
} from '@sensorium/contracts';
import { createScope, input, inputsOf, shareWeights, toOnnx, type RootScope } from '@sensorium/graph';
import { leavesOf, valueOf } from '@sensorium/graph/transform';
import { formatShape } from '@sensorium/tensors';
import { graphsOf } from './further-graphs.js';
import { openGraph, type ModelGraph } from './graph.js';
import { mapRecord, type Parts } from './parts.js';
import { modelInputs } from './tensors.js';

const BATCH = 'batch';

/** The file of a model folder that answers. */
export const MODEL_FILE = 'model.onnx';

/** Inputs of a finished model that a seed fills, by name; shapes of one sample. */
export type ModelNoise = Readonly<Record<string, { readonly kind: RandomKind; readonly shape: readonly number[] }>>;

/** A model as it runs: any batch size, no dropout. */
export interface InferenceModel {
  /** The tensors of `modelInputs` that are read, and noise. */
  readonly inputs: Symbols;
  /** By their names in the file: `answer.probabilities`; features where no head answers. */
  readonly outputs: Symbols;
  readonly parameters: RootScope['parameters'];
  readonly noise: ModelNoise;
  features(name: string): Features;
}

export const outputName = (head: string, output: string): string => `${head}.${output}`;

/** The graph of all answers. */
export const inferenceModel = (parts: Parts): InferenceModel =>
  finishedModel(parts, (graph) => {
    const answers = Object.entries(parts.heads).filter(([, { head }]) => head.answer !== undefined);
    return answers.length > 0
      ? named(answers.map(([head]) => [head, graph.answer(head)] as const))
      : named(readFeatures(parts).map((name) => [name, featureOutputs(graph.features(name))] as const));
  });

const named = (outputs: readonly (readonly [string, Symbols])[]): Symbols =>
  Object.fromEntries(
    outputs.flatMap(([part, symbols]) =>
      Object.entries(symbols).map(([output, symbol]) => [outputName(part, output), symbol] as const),
    ),
  );

/** What the heads of a model read in which none answers: it is an encoder. */
const readFeatures = ({ heads }: Parts): string[] => [
  ...new Set(Object.values(heads).flatMap(({ settings }) => settings.of)),
];

const featureOutputs = ({ tokens, pooled }: Features): Symbols => ({ tokens, pooled });

interface FinishedOptions {
  /** Whose noise it is, where that is not the part that asks for it. */
  readonly owner?: string;
  /** Samples of a run. Default any number. */
  readonly batch?: Dimension;
}

/** Outputs of a model as it runs. */
export function finishedModel(
  parts: Parts,
  build: (graph: ModelGraph) => Symbols,
  { owner, batch: count = BATCH }: FinishedOptions = {},
): InferenceModel {
  const noise = new Map<string, ModelNoise[string]>();
  const fed = mapRecord(modelInputs(parts), ({ dtype, shape }, name) => input(name, dtype, [count, ...shape]));
  const scope = createScope({
    random({ path, shape, kind }) {
      const [batch, ...sizes] = shape;
      if (batch !== count || sizes.some((size) => typeof size !== 'number')) throw noiseOfNoSample(path, shape);
      const name = freeName(`${owner ?? partAt(path)}.noise`, (taken) => taken in fed || noise.has(taken));
      noise.set(name, { kind, shape: sizes.map(Number) });
      return input(name, 'float32', shape);
    },
  });
  const graph = openGraph(parts, scope, fed);
  const outputs = build(graph);
  if (scope.followers.length > 0) throw followsInAnswer(required(scope.followers[0], 'a follower').name);
  const clash = Object.keys(outputs).find((name) => Object.hasOwn(fed, name));
  if (clash !== undefined) throw namedTwice(clash);
  const read = inputsOf(Object.values(outputs));
  return {
    inputs: Object.fromEntries(Object.entries(fed).filter(([name]) => read.has(name))),
    outputs,
    parameters: scope.parameters,
    noise: Object.fromEntries([...noise].filter(([name]) => read.has(name))),
    features: (name) => graph.features(name),
  };
}

/** `picture` of `heads/picture/decoder` */
const partAt = (path: string): string => required(path.replace(/^(inputs|fusions|heads)\//, '').split('/')[0], path);

/** `picture.noise`, a second one `picture.noise2`. */
function freeName(first: string, isTaken: (name: string) => boolean): string {
  let name = first;
  for (let count = 2; isTaken(name); count++) name = `${first}${count}`;
  return name;
}

export interface ExportedModel {
  /** By their names in the model folder: `model.onnx`, and beside it each further graph: `space.image.onnx`. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Of all of them. */
  readonly noise: ModelNoise;
}

/**
 * Files that any ONNX Runtime runs. `model.onnx` has every answer and its weights inside; its outputs are `<head>.<output>`. A
 * further graph reads its weights from `model.onnx`, where they are there. The same parts, weights and manifest give the same
 * bytes. Throws SENSORIUM_BAD_MODEL where a weight is not given.
 */
export function exportModel(
  parts: Parts,
  weights: Readonly<Record<string, Tensor>>,
  manifest: ResolvedManifest,
): ExportedModel {
  const answers = inferenceModel(parts);
  const metadata = { 'sensorium.manifest': JSON.stringify(manifest) };
  const model = writeModel(answers, weights, manifest.name, metadata);
  const further = graphsOf(parts).map(({ name, head, graph, file }) => {
    const built = finishedModel(parts, (whole) => whole.graph(head, graph), { owner: name });
    const bytes = writeModel(built, weights, `${manifest.name}.${name}`);
    return { file, bytes: shareWeights(bytes, model, MODEL_FILE), noise: built.noise };
  });
  return {
    files: { [MODEL_FILE]: model, ...Object.fromEntries(further.map(({ file, bytes }) => [file, bytes])) },
    noise: Object.assign({}, answers.noise, ...further.map(({ noise }) => noise)) as ModelNoise,
  };
}

/** The bytes of an ONNX file. Throws SENSORIUM_BAD_MODEL where a weight is not given that the outputs are computed from. */
export function writeModel(
  { inputs, outputs, parameters }: InferenceModel,
  weights: Readonly<Record<string, Tensor>>,
  name: string,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const read = leavesOf(Object.values(outputs));
  const needed = parameters.flatMap((parameter) => {
    if (!read.has(valueOf(parameter.symbol))) return [];
    const weight = weights[parameter.name];
    if (!weight) throw missingWeight(parameter.name);
    return [[parameter.name, weight] as const];
  });
  return toOnnx({ name, inputs: Object.values(inputs), outputs, weights: Object.fromEntries(needed), metadata });
}

const missingWeight = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_MODEL',
    message: `no weights were given for the parameter "${name}"`,
    hint: 'The weights belong to another model.',
  });

const noiseOfNoSample = (path: string, shape: Shape): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_PLUGIN',
    message: `${path} asks for noise ${formatShape(shape)} in the finished model, where every sample has a seed of its own`,
    hint: `There noise is [${BATCH},…], with known sizes after it.`,
    location: { key: path.split('/').slice(0, 2).join('.') },
  });

const namedTwice = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_DUPLICATE_NAME',
    message: `"${name}" would be an input and an output of ${MODEL_FILE}`,
    hint: 'Give the head, or the input, another name in the manifest.',
  });

const followsInAnswer = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_PLUGIN',
    message: `an answer reads "${name}", which follows a parameter in training and is not part of the model`,
    hint: 'This is an error of the plugin: only a loss may have a teacher.',
  });
