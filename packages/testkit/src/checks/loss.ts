import { required, type Tensor } from '@sensorium/contracts';
import { checkModel } from '@sensorium/orchestrator';
import { formatShape } from '@sensorium/tensors';
import { difference } from '../compare.js';
import { allSamples, instantiate, type TrainedModule } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import { headOf, lossModule, SAMPLES, type HeadSubject } from '../subjects/head.js';
import { kitParts } from '../kit/parts.js';
import type { Check } from '../problem.js';
import { numbersOf, tensorOf } from '../tensors.js';
import { trainingLosses } from '../train.js';
import { findUntrained } from './training.js';

/** What heads owe to training, where they have a loss. */
export const lossChecks: readonly Check<HeadSubject>[] = [
  { name: 'has a loss that is one finite number', find: inLoss(findNoNumber) },
  { name: 'has a loss that is the mean over the batch, unless it couples samples', find: inLoss(findNoMean) },
  { name: 'has a loss that does not depend on the order of the samples', find: inLoss(findOrder) },
  { name: 'learns every parameter of its answer and its graphs', find: findUnlearned },
  { name: 'trains every parameter', find: inLoss(findUntrained) },
  { name: 'learns a batch by heart', find: inLoss(findStandstill) },
];

function inLoss(
  find: (module: TrainedModule, subject: HeadSubject) => Promise<string[]> | string[],
): Check<HeadSubject>['find'] {
  return (subject) => {
    const module = lossModule(subject);
    return module ? find(module, subject) : [];
  };
}

const lossOf = (module: TrainedModule, of: readonly number[]): Promise<Tensor> =>
  withModule(module, async (run) => tensorOf(await run({ of }), 'loss'), { batch: of.length });

async function findNoNumber(module: TrainedModule): Promise<string[]> {
  const { outputs } = instantiate(module, SAMPLES);
  const { dtype, shape } = module.loss(outputs);
  if (dtype !== 'float32' || shape.length > 0) {
    return [`the loss is ${dtype} ${formatShape(shape)}, not a float32 scalar`];
  }
  const [value] = numbersOf(await lossOf(module, allSamples(module)));
  return Number.isFinite(value) ? [] : [`the loss is ${value}`];
}

async function findNoMean(module: TrainedModule, subject: HeadSubject): Promise<string[]> {
  if (headOf(subject).couplesSamples) return [];
  const all = allSamples(module);
  const problem = difference(await lossOf(module, [...all, ...all]), await lossOf(module, all));
  return problem ? [`the loss changes where every sample comes twice: ${problem}. Is it couplesSamples?`] : [];
}

async function findOrder(module: TrainedModule): Promise<string[]> {
  const all = allSamples(module);
  const problem = difference(await lossOf(module, all.toReversed()), await lossOf(module, all));
  return problem ? [`the loss changes where the samples come in another order: ${problem}`] : [];
}

/** What it throws says what is wrong. */
function findUnlearned(subject: HeadSubject): string[] {
  checkModel(kitParts(headOf(subject), subject.of));
  return [];
}

/** By this share of its first value the loss must fall. */
const ENOUGH = 0.05;

async function findStandstill(module: TrainedModule): Promise<string[]> {
  const losses = await trainingLosses(module);
  const [first, last] = [required(losses[0], 'the first loss'), required(losses.at(-1), 'the last loss')];
  return last < first - ENOUGH * Math.abs(first)
    ? []
    : [`the loss went from ${first} to ${last} in ${losses.length} steps over the same batch`];
}
