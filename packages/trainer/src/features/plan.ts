import type { SymbolicTensor, Symbols, Tensor, TensorSpecs } from '@sensorium/contracts';
import { cast, input, inputsOf, replaceValues, sameValues, toOnnx } from '@sensorium/graph';
import { mapRecord } from '@sensorium/orchestrator';
import { forwardGraph, frontierOf, type FeaturePlanOptions, type ForwardGraph } from './forward.js';
import { groupsOf, inputsWith, keptSpec, type FeatureGroup, type Kept, type Precision } from './groups.js';

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

/** Null where nothing is frozen, or nothing frozen is before what is trained. */
export function planFeatures(options: FeaturePlanOptions, precision: Precision): FeaturePlan | null {
  const { parts, batchSize } = options;
  const [training, inference] = [forwardGraph(parts, batchSize, true), forwardGraph(parts, batchSize, false)];
  const kept = valuesToKeep(training, inference, options);
  if (kept.length === 0) return null;
  const specs = Object.fromEntries(kept.map(({ name, value }) => [name, keptSpec(value, precision)]));
  const features = mapRecord(specs, ({ dtype, shape }, name) => input(name, dtype, [batchSize, ...shape]));
  const behind = standInFor(kept);
  const outputs = behind(inference.outputs, inference.x, { ...inference.x, ...features });
  const tensors = new Set([...inputsOf(outputs)].filter((name) => name in inference.x));
  const read = Object.entries(inference.x).flatMap(([name, x]) => (tensors.has(name) ? [x] : []));
  const named = Object.fromEntries(outputs.map((value, index) => [inference.names[index] ?? '', value]));
  return {
    batchSize,
    specs,
    inputs: new Set(inputsWith(tensors, parts)),
    tensors,
    behind,
    groups: groupsOf(kept, parts, specs),
    inference: (weights) => toOnnx({ inputs: [...read, ...Object.values(features)], outputs: named, weights }),
  };
}

/** What stands behind noise in training is not there at inference, and not kept. */
function valuesToKeep(training: ForwardGraph, inference: ForwardGraph, options: FeaturePlanOptions): Kept[] {
  const frontier = frontierOf(training, options);
  const found = sameValues(
    frontier.map(({ value }) => value),
    inference.outputs,
  );
  return frontier.filter((_, index) => found[index]).map((one, index) => ({ ...one, name: `feature/${index}` }));
}

function standInFor(kept: readonly Kept[]): FeaturePlan['behind'] {
  return (outputs, x, fed) => {
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
}
