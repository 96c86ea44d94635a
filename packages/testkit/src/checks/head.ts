import { isDeepStrictEqual } from 'node:util';
import {
  SensoriumError,
  type Head,
  type HeadPlugin,
  type PartOptions,
  type Prediction,
  type Tensors,
} from '@sensorium/contracts';
import { formatShape, stack } from '@sensorium/tensors';
import { differences } from '../compare.js';
import { featureSamples, featureSpecs, featuresOf } from '../feature-samples.js';
import { instantiate, mapEntries, withGraph, withModule, type GraphModule } from '../graph-module.js';
import { describeError, type Check } from '../problem.js';
import { stream } from '../stream.js';
import { isTyped, mapTensor } from '../tensors.js';
import { trainingLosses } from '../train.js';
import { isStable, type Recorder } from './definition.js';

/** A head with one choice of options, and values of its column. */
export interface HeadSubject {
  readonly plugin: HeadPlugin;
  /** As parsed, before `learn`. */
  readonly given: PartOptions;
  /** After `learn`. */
  readonly options: PartOptions;
  readonly values: readonly string[];
}

export async function headSubject(
  plugin: HeadPlugin,
  choice: PartOptions,
  values: readonly string[],
): Promise<HeadSubject> {
  if (values.length === 0) throw new Error('the suite needs at least one value to try the head with');
  const given = plugin.options.parse(choice);
  return { plugin, given, options: (await plugin.learn?.(given, stream(values))) ?? given, values };
}

export const headChecks: readonly Check<HeadSubject>[] = [
  { name: 'learns options that the schema takes, the same every time', find: findUnstableLearning },
  { name: 'makes the targets that it declares', find: findWrongTargets },
  { name: 'refuses values that it cannot mean', find: findAcceptedNonsense },
  { name: 'has a loss that is one number, the mean over the batch', find: findWrongLoss },
  { name: 'ignores tokens that the mask hides', find: findMaskedInfluence },
  { name: 'learns fixed features', find: findStandstill },
  { name: 'decodes probabilities, the best first', find: findWrongPredictions },
  { name: 'scores with finite numbers, the primary one among them', find: findWrongScores },
];

/** More than one batch of the smallest devices, few enough to be learned by heart with 16 features. */
const SAMPLES = 12;
const size = { features: { tokens: 4, dim: 16 } };
const targetName = (name: string): string => `target.${name}`;

const create = ({ plugin, options }: HeadSubject): Head => plugin.create(options);

export function headModule(subject: HeadSubject): GraphModule {
  const head = create(subject);
  const { values } = subject;
  const targets = stack(
    Array.from({ length: SAMPLES }, (_, index) => head.target(values[index % values.length] ?? '')),
  );
  const renamed = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [targetName(name), value]));
  return {
    inputs: { ...featureSpecs(size), ...renamed(head.targets) },
    samples: { ...featureSamples(size, SAMPLES), ...renamed(targets) },
    build: (scope, x) => head.build(scope, featuresOf(x, 'features')),
    loss: (outputs, x) => head.loss(outputs, targetsOf(x, head)),
  };
}

function targetsOf<T>(values: Readonly<Record<string, T>>, { targets }: Head): Record<string, T> {
  return mapEntries(targets, (_, name) => values[targetName(name)] as T);
}

/** What the head makes of the samples, and their targets. */
async function runHead(subject: HeadSubject): Promise<{ outputs: Tensors; targets: Tensors }> {
  const module = headModule(subject);
  const outputs = await withModule(module, (run) => run(module.samples));
  return { outputs, targets: targetsOf(module.samples, create(subject)) };
}

async function findUnstableLearning({ plugin, given, options, values }: HeadSubject): Promise<string[]> {
  if (!plugin.learn) return [];
  const before = structuredClone(given);
  const again = await plugin.learn(given, stream(values));
  return [
    ...(isDeepStrictEqual(again, options) ? [] : ['learning twice from the same values gave different options']),
    ...(isDeepStrictEqual(given, before) ? [] : ['learn changes the options that it is given']),
    ...(isStable(plugin, options) ? [] : ['learned options, written as JSON and parsed, are different']),
  ];
}

function findWrongTargets(subject: HeadSubject): string[] {
  const head = create(subject);
  return subject.values.flatMap((value) => {
    const tensors = head.target(value);
    if (!isDeepStrictEqual(tensors, head.target(value))) return [`the target of "${value}" is not always the same`];
    const unknown = Object.keys(tensors).filter((name) => !(name in head.targets));
    const wrong = Object.entries(head.targets).flatMap(([name, { dtype, shape }]) => {
      const tensor = tensors[name];
      if (tensor && isTyped(tensor, dtype, [1, ...shape])) return [];
      const given = tensor ? `${tensor.dtype} ${formatShape(tensor.shape)}` : 'nothing';
      return [`"${name}" is declared as ${dtype} ${formatShape([1, ...shape])}, and of "${value}" came ${given}`];
    });
    return [...wrong, ...unknown.map((name) => `"${name}" is made and not declared in targets`)];
  });
}

const NONSENSE = '☃ a value that is in no table';

function findAcceptedNonsense(subject: HeadSubject): string[] {
  try {
    create(subject).target(NONSENSE);
  } catch (error) {
    const isRefusal =
      SensoriumError.is(error) && error.code === 'SENSORIUM_UNSEEN_LABEL' && error.message.includes(NONSENSE);
    return isRefusal ? [] : [`expected SENSORIUM_UNSEEN_LABEL that names the value, got ${describeError(error)}`];
  }
  return [`target accepted "${NONSENSE}", which is none of the values that it learned`];
}

async function findWrongLoss(subject: HeadSubject): Promise<string[]> {
  const module = headModule(subject);
  const lossOf = async (times: number): Promise<Tensors> => {
    const { x, outputs, parameters } = instantiate(module, SAMPLES * times);
    const samples = stackWhole(Array<Tensors>(times).fill(module.samples));
    return withGraph({ loss: module.loss(outputs, x) }, parameters, (run) => run(samples));
  };
  const [once, twice] = [await lossOf(1), await lossOf(2)];
  const { loss } = once;
  if (loss?.dtype !== 'float32' || loss.shape.length > 0) {
    return [`the loss is ${loss?.dtype} ${formatShape(loss?.shape ?? [])}, not a float32 scalar`];
  }
  return differences(twice, once).map((problem) => `the loss changes where every sample comes twice: ${problem}`);
}

/** Batches one after the other. */
function stackWhole(batches: readonly Tensors[]): Record<string, Tensors[string]> {
  const together = stack(
    batches.map((batch) => mapEntries(batch, (tensor) => ({ ...tensor, shape: [1, ...tensor.shape] }))),
  );
  return mapEntries(together, (tensor) => {
    const [count = 0, each = 0, ...rest] = tensor.shape;
    return { ...tensor, shape: [count * each, ...rest] };
  });
}

async function findMaskedInfluence(subject: HeadSubject): Promise<string[]> {
  const module = headModule(subject);
  return withModule(module, async (run) => {
    const expected = await run(module.samples);
    const { 'features.tokens': tokens, 'features.mask': mask } = module.samples;
    if (!tokens || !mask) throw new Error('a head reads features');
    const { dim } = size.features;
    const changed = mapTensor(tokens, (value, index) => (mask.data[Math.floor(index / dim)] === 0 ? 100 : value));
    const actual = await run({ ...module.samples, 'features.tokens': changed });
    return differences(actual, expected).map((problem) => `masked tokens change an output: ${problem}`);
  });
}

/** By this share of its first value the loss must fall: dropout's noise does not suffice for that. */
const ENOUGH = 0.1;

async function findStandstill(subject: HeadSubject): Promise<string[]> {
  const losses = await trainingLosses(headModule(subject));
  const [first = NaN, last = NaN] = [losses[0], losses.at(-1)];
  return last < first - ENOUGH * Math.abs(first)
    ? []
    : [`the loss went from ${first} to ${last} in ${losses.length} steps over the same batch`];
}

async function findWrongPredictions(subject: HeadSubject): Promise<string[]> {
  const { outputs } = await runHead(subject);
  const predictions = create(subject).decode(outputs);
  if (predictions.length !== SAMPLES) return [`${predictions.length} predictions for ${SAMPLES} samples`];
  return [...new Set(predictions.flatMap(wrongPrediction))];
}

function wrongPrediction(prediction: Prediction): string[] {
  const { label, probability, candidates } = prediction;
  const probabilities = candidates.map((candidate) => candidate.probability);
  const [best] = candidates;
  const rules: [boolean, string][] = [
    [[probability, ...probabilities].every((value) => value >= 0 && value <= 1), 'a probability is not within 0…1'],
    [best?.label === label && best.probability === probability, 'the first candidate is not the answer itself'],
    [
      probabilities.every((value, index) => index === 0 || value <= (probabilities[index - 1] ?? 0)),
      'candidates are not sorted',
    ],
    [isDeepStrictEqual(JSON.parse(JSON.stringify(prediction)), prediction), 'a prediction is not JSON'],
  ];
  return rules.flatMap(([kept, problem]) => (kept ? [] : [problem]));
}

async function findWrongScores(subject: HeadSubject): Promise<string[]> {
  const { outputs, targets } = await runHead(subject);
  const { primary, values, confusion } = create(subject).score(outputs, targets);
  const infinite = Object.entries(values).filter(([, value]) => !Number.isFinite(value));
  return [
    ...(primary in values ? [] : [`the primary score "${primary}" is not among ${Object.keys(values).join(', ')}`]),
    ...infinite.map(([name, value]) => `the score "${name}" is ${value}`),
    ...(confusion ? wrongConfusion(confusion) : []),
  ];
}

function wrongConfusion({
  labels,
  counts,
}: {
  labels: readonly string[];
  counts: readonly (readonly number[])[];
}): string[] {
  const isSquare = counts.length === labels.length && counts.every((line) => line.length === labels.length);
  if (!isSquare) return [`the confusion of ${labels.length} labels is not as wide and high`];
  const counted = counts.flat().reduce((a, b) => a + b, 0);
  return counted === SAMPLES ? [] : [`the confusion counts ${counted} of ${SAMPLES} samples`];
}

/** Uses everything that a head can do. */
export async function exerciseHead(
  plugin: HeadPlugin,
  values: readonly string[],
  options: PartOptions,
  record: Recorder,
): Promise<void> {
  const learned = (await plugin.learn?.(options, stream(values))) ?? options;
  await plugin.learn?.(record(options, false), stream(values));
  const recorded: HeadPlugin = { ...plugin, create: (own) => plugin.create(record(own, true)) };
  const subject: HeadSubject = { plugin: recorded, given: options, options: learned, values };
  const { outputs, targets } = await runHead(subject);
  const head = create(subject);
  head.decode(outputs);
  head.score(outputs, targets);
  const module = headModule(subject);
  const { x, outputs: symbols } = instantiate(module, SAMPLES, 'training');
  module.loss(symbols, x);
}
