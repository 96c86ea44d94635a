import {
  required,
  type Head,
  type HeadPlugin,
  type Symbols,
  type Tensors,
  type TensorSpecs,
} from '@sensorium/contracts';
import { modelInputs, openGraph, type ModelGraph, type Parts } from '@sensorium/orchestrator';
import { createRandom } from '@sensorium/data';
import { stack } from '@sensorium/tensors';
import { feed, fedSpecs } from '../column.js';
import { instantiate, type GraphModule, type ModuleInputs, type TrainedModule } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import { below, mapRecord, under } from '../records.js';
import { HEAD, kitParts, kitSamples } from '../kit/parts.js';
import type { PartSubject } from './part.js';

/** A head with one choice of options, in a small model. */
export interface HeadSubject extends PartSubject<HeadPlugin> {
  /** What it reads: inputs, and the fusion. */
  readonly of: readonly string[];
  /** Values that its target must refuse: new copies every time. */
  readonly bad: () => readonly unknown[];
}

export const headOf = ({ plugin, options, files, of }: HeadSubject): Head => plugin.create(options, files, of);

/** More than one batch of the smallest devices, few enough to be learned by heart with 16 features. */
export const SAMPLES = 12;

const TARGET = 'target.';

/** What is fed in training: the model's inputs, and the target. */
function headInputs({ of, values: copies }: HeadSubject, { target }: Head, parts: Parts): ModuleInputs {
  const values = copies();
  if (target && values.length === 0) throw new Error('the suite needs at least one value of the target to try it with');
  const fed = target
    ? stack(Array.from({ length: SAMPLES }, (_, index) => feed(target, values[index % values.length])))
    : {};
  const specs: TensorSpecs = target ? fedSpecs(target) : {};
  return {
    inputs: { ...modelInputs(parts), ...under(specs, TARGET) },
    samples: { ...kitSamples(of, SAMPLES), ...under(fed, TARGET) },
  };
}

function headModule(
  subject: HeadSubject,
  head: Head,
  build: (graph: ModelGraph, target: Symbols) => Symbols,
): GraphModule {
  const parts = kitParts(head, subject.of);
  return {
    ...headInputs(subject, head, parts),
    path: `heads/${HEAD}`,
    build: (scope, x) => build(openGraph(parts, scope, x), below(x, TARGET)),
  };
}

/** Of its outputs; undefined where it gives no answer. */
export const answerModule = (subject: HeadSubject, head = headOf(subject)): GraphModule | undefined =>
  head.answer && headModule(subject, head, (graph) => graph.answer(HEAD));

/** Of its loss; undefined where it has none. */
export function lossModule(subject: HeadSubject, head = headOf(subject)): TrainedModule | undefined {
  if (!head.loss) return undefined;
  const module = headModule(subject, head, (graph, target) => ({ loss: graph.loss(HEAD, target) }));
  return { ...module, loss: ({ loss }) => required(loss, 'the loss') };
}

/** Everything of it that stands in a finished model: its answer and its further graphs. */
export function finishedModules(subject: HeadSubject, head = headOf(subject)): Record<string, GraphModule> {
  const answer = answerModule(subject, head);
  const further = mapRecord(head.graphs ?? {}, (_, name) =>
    headModule(subject, head, (graph) => graph.graph(HEAD, name)),
  );
  return { ...(answer && { 'the answer': answer }), ...under(further, 'the graph ') };
}

/** What it answers to the samples, and their targets; undefined where it gives no answer. */
export async function answersOf(subject: HeadSubject): Promise<Answers | undefined> {
  const module = answerModule(subject);
  return module && { outputs: await withModule(module, (run) => run()), targets: below(module.samples, TARGET) };
}

export interface Answers {
  readonly outputs: Tensors;
  readonly targets: Tensors;
}

/** All graphs of the head, in the finished model and in training. */
export function allModules(subject: HeadSubject): Record<string, GraphModule> {
  const loss = lossModule(subject);
  return { ...finishedModules(subject), ...(loss && { 'the loss': loss }) };
}

/** Uses everything that a head can do. */
export async function exerciseHead(subject: HeadSubject): Promise<void> {
  const head = headOf(subject);
  const { target } = head;
  const random = { own: createRandom(1, 'own'), row: createRandom(1, 'row') };
  for (const value of target ? subject.values() : []) {
    target?.notes?.(value);
    target?.view?.draw(target.prepare(value), random);
  }
  for (const module of Object.values(allModules(subject))) {
    for (const mode of ['inference', 'training'] as const) instantiate(module, SAMPLES, mode);
  }
  const answers = await answersOf(subject);
  if (!answers) return;
  head.decode?.(answers.outputs);
  const meter = head.meter?.();
  meter?.add(answers.outputs, answers.targets);
  meter?.result();
}
