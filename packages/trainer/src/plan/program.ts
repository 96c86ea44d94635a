import {
  required,
  type Backend,
  type Random,
  type ResolvedManifest,
  type Scope,
  type Symbols,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { input } from '@sensorium/graph';
import { adamw, lion, sgd, trainingProgram, type Optimizer, type TrainingProgram } from '@sensorium/training';
import { mapRecord, openGraph, type Parts } from '@sensorium/orchestrator';
import type { FeaturePlan } from '../features/plan.js';
import type { Course } from './course.js';
import { balanceOf, blendSpec, type Balancing } from './balance.js';
import { batchSpecs, lossesOf, weightedSum, weightsOfLosses } from './model-graph.js';
import { MIX_RATIO, mixBatch, ratioSpec } from './mixing.js';
import type { StepSize } from './step-size.js';
import { tuningsOf } from './tuning.js';

export interface ProgramOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly size: StepSize;
  readonly course: Course;
  /** Weights to start from, by name. */
  readonly start: Tensors;
  /** What of the model was computed before. */
  readonly features: FeaturePlan | null;
  /** Whether a run takes several steps in a Loop. */
  readonly loop: boolean;
  /** Whether convolutions are matrix products. */
  readonly products: boolean;
}

/** The whole model, its losses, their gradient and the optimizer, over batches of `batchSize`, as one program. */
export function modelProgram(options: ProgramOptions): TrainingProgram {
  const { manifest, parts, size, course, start, features, loop, products } = options;
  const { batchSize, accumulate } = size;
  const { clip, average, recompute, mix, balance } = manifest.training;
  const whole = batchSpecs(parts, batchSize);
  return trainingProgram({
    batch: {
      ...(features ? features.batch : whole),
      ...(mix !== null && ratioSpec),
      ...(balance === 'blend' && blendSpec(parts)),
    },
    build(scope, batch) {
      const fed = features ? mapRecord(whole, ({ dtype, shape: sizes }, name) => input(name, dtype, sizes)) : batch;
      const losses = lossesOfBatch(parts, scope, fed, balance);
      const balanced = balanceOf(balance, parts, losses, batch);
      return {
        loss: weightedSum(parts, losses),
        metrics: losses,
        weights: weightsOfLosses(parts, scope.losses),
        ...(balanced && { balance: balanced }),
        ...(features && { replace: (values) => features.fromFeatures(values, fed, batch) }),
      };
    },
    ...course,
    optimizer: optimizerOf(manifest.training),
    clip,
    tune: (parameters) => tuningsOf(manifest, parameters, start),
    start,
    accumulate,
    average,
    segments: recompute,
    loop,
    products,
  });
}

/** Of samples as they are, or mixed by the ratio that is fed. */
function lossesOfBatch(parts: Parts, scope: Scope, fed: Symbols, balance: Balancing): Symbols {
  const ratio = fed[MIX_RATIO];
  if (!ratio) return lossesOf(parts, openGraph(parts, scope, fed), fed, { balance });
  const mixed = mixBatch(parts, scope, fed, ratio);
  return mixed.losses(openGraph(parts, scope, mixed.fed), balance);
}

function optimizerOf({ optimizer, weightDecay }: ResolvedManifest['training']): Optimizer {
  const { use, ...options } = typeof optimizer === 'string' ? { use: optimizer } : optimizer;
  return { adamw, sgd, lion }[use]({ ...options, weightDecay });
}

/** The stream that fills the parameters. */
export const firstValues = ({ training }: ResolvedManifest): Random => createRandom(training.seed, 'weights');

/** What training changed of the model, without the optimizer's slots: the tensors themselves, or their averages. */
export function trainedOf({ trained, following: averaged }: TrainingProgram, state: Tensors): Record<string, Tensor> {
  const named = [...trained, ...averaged].map((name) => {
    const tensor = state[`${name}:average`] ?? state[name];
    return [name, required(tensor, name)] as const;
  });
  return Object.fromEntries(named);
}

/** The weights of every parameter: trained, frozen, or a frozen one and its adapter in one. */
export async function weightsOf(
  { merge }: TrainingProgram,
  trained: Tensors,
  frozen: Tensors,
  backend: Backend,
): Promise<Record<string, Tensor>> {
  const all = { ...frozen, ...trained };
  if (!merge) return all;
  const session = await backend.load(merge, { isolate: true });
  try {
    const needed = session.inputNames.map((name) => [name, required(all[name], name)] as const);
    const merged = await session.run(Object.fromEntries(needed));
    const renamed = Object.entries(merged).map(([name, tensor]) => [name.replace(/^merged\//, ''), tensor] as const);
    return { ...all, ...Object.fromEntries(renamed) };
  } finally {
    await session.dispose();
  }
}
