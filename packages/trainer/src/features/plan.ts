import type { ResolvedManifest, SymbolicTensor, Symbols, Tensor, TensorSpecs, Tensors } from '@sensorium/contracts';
import {
  cast,
  createScope,
  frozenFrontier,
  input,
  inputsOf,
  maximum,
  minimum,
  replaceValues,
  sameValues,
  toOnnx,
  type FrontierValue,
  type Parameter,
} from '@sensorium/graph';
import {
  buildModel,
  mapRecord,
  mayBeMissing,
  modelInputs,
  outputName,
  presentName,
  tensorName,
  type InputPart,
  type Parts,
} from '@sensorium/orchestrator';
import { tuningsOf } from '../tuning.js';

/** Features that frozen parts make of the same inputs, kept as float16 in one file. */
export interface FeatureGroup {
  /** Inputs of the manifest that they come from. */
  readonly inputs: readonly string[];
  /** Of one sample. */
  readonly specs: TensorSpecs;
  /** An ONNX model from those inputs [batchSize,…] to the features, with the frozen weights inside. */
  model(frozen: Tensors): Uint8Array;
}

/**
 * Where the frozen part of a model ends and training begins. What is before is computed once for each sample, what is
 * behind reads the kept features instead.
 */
export interface FeaturePlan {
  readonly batchSize: number;
  readonly groups: readonly FeatureGroup[];
  /** Inputs of the manifest that are still read beside the features, and those of their tensors that are. */
  readonly inputs: ReadonlySet<string>;
  readonly tensors: ReadonlySet<string>;
  /** Of one sample, of all groups. */
  readonly specs: TensorSpecs;
  /** Outputs of a graph over `x`, made from features where they stand for its frozen part. */
  behind(outputs: readonly SymbolicTensor[], x: Symbols, fed: Symbols): SymbolicTensor[];
  /** The model behind the features, for batches of `batchSize`. */
  inference(weights: Readonly<Record<string, Tensor>>): Uint8Array;
}

export interface FeaturePlanOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly batchSize: number;
  /** Weights to start from, by name. */
  readonly start: Tensors;
}

/** The largest finite float16. */
const LARGEST_HALF = 65_504;

/** Null where nothing is frozen, or nothing frozen is before what is trained. */
export function planFeatures(options: FeaturePlanOptions): FeaturePlan | null {
  const { parts, batchSize } = options;
  const [training, inference] = [forwardGraph(parts, batchSize, true), forwardGraph(parts, batchSize, false)];
  const frontier = frontierOf(training, options);
  const found = sameValues(
    frontier.map(({ value }) => value),
    inference.outputs,
  );
  // What stands behind noise in training is not there at inference.
  const kept = frontier.filter((_, index) => found[index]).map((one, index) => ({ ...one, name: `feature/${index}` }));
  if (kept.length === 0) return null;
  const specs = Object.fromEntries(kept.map(({ name, value }) => [name, halfSpec(value)]));

  const behind: FeaturePlan['behind'] = (outputs, x, fed) => {
    const values = sameValues(
      kept.map(({ value }) => value),
      outputs,
    );
    const pairs = [
      ...kept.map(({ name }, index) => [values[index], fed[name] && cast(fed[name], 'float32')] as const),
      ...Object.entries(x).map(([name, symbol]) => [symbol, fed[name]] as const),
    ].flatMap(([value, stand]) => (value && stand ? [{ value, stand }] : []));
    return replaceValues(
      outputs,
      pairs.map(({ value }) => value),
      pairs.map(({ stand }) => stand),
    );
  };

  const features = mapRecord(specs, ({ dtype, shape }, name) => input(name, dtype, [batchSize, ...shape]));
  const named = behind(inference.outputs, inference.x, { ...inference.x, ...features });
  const tensors = new Set([...inputsOf(named)].filter((name) => name in inference.x));
  return {
    batchSize,
    specs,
    inputs: new Set(inputsWith(tensors, parts)),
    tensors,
    behind,
    groups: groupsOf(kept, parts, specs),
    inference: (weights) =>
      toOnnx({
        inputs: [
          ...Object.entries(inference.x).flatMap(([name, x]) => (tensors.has(name) ? [x] : [])),
          ...Object.values(features),
        ],
        outputs: Object.fromEntries(named.map((value, index) => [inference.names[index] ?? '', value])),
        weights,
      }),
  };
}

interface ForwardGraph {
  readonly x: Symbols;
  readonly outputs: readonly SymbolicTensor[];
  readonly names: readonly string[];
  readonly parameters: readonly Parameter[];
}

/** The model over one batch. In training, noise is an input like others. */
function forwardGraph(parts: Parts, batchSize: number, isTraining: boolean): ForwardGraph {
  const noise = (shape: readonly number[]): SymbolicTensor => input('noise', 'uint8', shape);
  const scope = createScope(isTraining ? noise : undefined);
  const x = mapRecord(modelInputs(parts), ({ dtype, shape }, name) => input(name, dtype, [batchSize, ...shape]));
  const { outputs } = buildModel(parts, scope, x);
  const named = Object.entries(outputs).flatMap(([head, symbols]) =>
    Object.entries(symbols).map(([output, value]) => [outputName(head, output), value] as const),
  );
  return {
    x,
    outputs: named.map(([, value]) => value),
    names: named.map(([name]) => name),
    parameters: scope.parameters,
  };
}

function frontierOf(
  { outputs, parameters, x }: ForwardGraph,
  { manifest, parts, batchSize, start }: FeaturePlanOptions,
): FrontierValue[] {
  const tunings = tuningsOf(manifest, parameters, start);
  const trained = new Set(parameters.flatMap(({ name }, index) => (tunings[index]?.mode === 'frozen' ? [] : [name])));
  const steady = new Set(
    Object.entries(parts.inputs).flatMap(([name, part]) => (isSteady(part) ? tensorsOf(name, part) : [])),
  );
  const steadySymbols = new Set(Object.entries(x).flatMap(([name, symbol]) => (steady.has(name) ? [symbol] : [])));
  return frozenFrontier(outputs, {
    isTrained: (name) => trained.has(name),
    isSteady: (symbol) => steadySymbols.has(symbol),
    canKeep: ({ shape, dtype }) => shape[0] === batchSize && dtype === 'float32',
  });
}

const isSteady = ({ encoder, settings }: InputPart): boolean => !encoder.augment && settings.modalityDropout === 0;

const tensorsOf = (name: string, part: InputPart): string[] => [
  ...Object.keys(part.encoder.inputs).map((tensor) => tensorName(name, tensor, part)),
  ...(mayBeMissing(part) ? [presentName(name)] : []),
];

/** The inputs of the manifest to which some of the tensors belong. */
const inputsWith = (tensors: ReadonlySet<string>, parts: Parts): string[] =>
  Object.entries(parts.inputs).flatMap(([name, part]) =>
    tensorsOf(name, part).some((tensor) => tensors.has(tensor)) ? [name] : [],
  );

const halfSpec = ({ shape }: SymbolicTensor) => ({ dtype: 'float16', shape: shape.slice(1).map(Number) }) as const;

type Kept = FrontierValue & { readonly name: string };

/** Features of the same inputs are computed and kept together. */
function groupsOf(kept: readonly Kept[], parts: Parts, specs: TensorSpecs): FeatureGroup[] {
  const groups = new Map<string, { inputs: string[]; members: Kept[] }>();
  for (const one of kept) {
    const inputs = inputsWith(inputsOf([...one.inputs]), parts);
    const group = groups.get(inputs.join()) ?? { inputs, members: [] };
    groups.set(inputs.join(), group);
    group.members.push(one);
  }
  return [...groups.values()].map(({ inputs, members }) => ({
    inputs,
    specs: Object.fromEntries(members.flatMap(({ name }) => (specs[name] ? [[name, specs[name]] as const] : []))),
    model: (weights) =>
      toOnnx({ outputs: Object.fromEntries(members.map(({ name, value }) => [name, toHalf(value)])), weights }),
  }));
}

const toHalf = (value: SymbolicTensor): SymbolicTensor =>
  cast(minimum(maximum(value, -LARGEST_HALF), LARGEST_HALF), 'float16');
