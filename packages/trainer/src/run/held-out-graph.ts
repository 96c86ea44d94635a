import { required, type ResolvedManifest, type SymbolicTensor, type Symbols, type Tensors } from '@sensorium/contracts';
import { floatingPointOperations, input, toOnnx, type NoiseInput } from '@sensorium/graph';
import { leavesOf } from '@sensorium/graph/transform';
import { mapRecord, type Parts } from '@sensorium/orchestrator';
import { totalLoss, tuneGraph } from '@sensorium/training';
import type { Samples } from '../data/dataset.js';
import { planFeatures, type FeaturePlan } from '../features/plan.js';
import { weightedSum, weightsOfLosses, wholeModel, type WholeModel } from '../plan/model-graph.js';
import { tuningsOf } from '../plan/tuning.js';
import { pick } from '../pick.js';
import { distinctValues, type Distinct } from './distinct.js';

/** Held-out losses are computed along where answers and losses together cost at most so many times what answers cost. */
const CHEAP = 1.1;

/** The output that is the whole loss. */
export const TOTAL_LOSS = 'loss';
/** The input that says how far training is. */
export const PROGRESS = 'progress';

export interface HeldOutOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  /** Weights to start from, by name. */
  readonly start: Tensors;
  readonly samples: Samples;
  readonly batchSize: number;
  /** Outputs of the model that meters read. */
  readonly reads: readonly string[];
  /** Whether the losses are asked for, whatever they cost. */
  readonly needsLosses: boolean;
  /** Where the frozen part of the model ends in training. */
  readonly features: FeaturePlan | null;
}

/** The model on held-out samples: without dropout, with weights as inputs. */
export interface HeldOutGraph {
  readonly model: Uint8Array;
  /** Outputs that are losses; none where they cost too much. */
  readonly losses: readonly string[];
  /** Inputs that hold for a whole pass: weights, teachers' weights, and the progress where it is read. */
  readonly held: readonly string[];
  readonly noises: readonly NoiseInput[];
  /** Rows that share values; null where features of frozen parts are read instead. */
  readonly distinct: Distinct | null;
}

export function heldOutGraph(options: HeldOutOptions): HeldOutGraph {
  const { parts, manifest, start, reads, needsLosses, batchSize } = options;
  const whole = wholeModel(parts, batchSize, manifest.training.balance, {
    progress: input(PROGRESS, 'float32', []),
  });
  const answers = pick(whole.answers, reads);
  const allLosses = lossOutputs(whole, parts);
  const isCheap = costOf({ ...answers, ...allLosses }) <= CHEAP * costOf(answers);
  const losses = needsLosses || isCheap ? allLosses : {};
  const outputs = { ...answers, ...losses };
  const { values, distinct } = withLess(Object.values(outputs), whole, options);
  const { parameters, followers } = whole.scope;
  const tuned = tuneGraph(values, parameters, tuningsOf(manifest, parameters, start), followers);
  const names = Object.keys(outputs);
  const leaves = [...leavesOf(tuned.outputs)];
  const readInputs = new Set(leaves.flatMap(({ source }) => (source.kind === 'input' ? [source.name] : [])));
  return {
    model: toOnnx({
      outputs: Object.fromEntries(names.map((name, at) => [name, required(tuned.outputs[at], name)] as const)),
    }),
    losses: Object.keys(losses),
    held: [
      ...leaves.flatMap(({ source }) => (source.kind === 'parameter' ? [source.name] : [])),
      ...(readInputs.has(PROGRESS) ? [PROGRESS] : []),
    ],
    noises: whole.scope.noises.filter(({ name }) => readInputs.has(name)),
    distinct,
  };
}

/** The whole loss and its terms. */
function lossOutputs({ losses, scope }: WholeModel, parts: Parts): Symbols {
  const own = scope.losses;
  return {
    [TOTAL_LOSS]: totalLoss(weightedSum(parts, losses), own, weightsOfLosses(parts, own)),
    ...losses,
    ...own,
  };
}

const costOf = (outputs: Symbols): number => floatingPointOperations(Object.values(outputs));

/** The same values, with less to compute: from the features of frozen parts on, or with each different value encoded once. */
function withLess(
  values: readonly SymbolicTensor[],
  whole: WholeModel,
  { manifest, parts, start, samples, batchSize, features }: HeldOutOptions,
): { readonly values: readonly SymbolicTensor[]; readonly distinct: Distinct | null } {
  if (!features) {
    const distinct = distinctValues(values, whole, parts, samples);
    return { values: distinct.outputs, distinct };
  }
  // Values of the graph are found again in one of the same batch size only.
  const plan = required(planFeatures({ manifest, parts, start, precision: features.precision }, batchSize), 'a plan');
  const symbols = mapRecord(features.specs, ({ dtype, shape }, name) => input(name, dtype, [batchSize, ...shape]));
  return { values: plan.fromFeatures(values, whole.fed, { ...whole.fed, ...symbols }), distinct: null };
}
