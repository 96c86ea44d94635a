import type { ResolvedManifest, SymbolicTensor, Tensors } from '@sensorium/contracts';
import { frozenFrontier, input, inputsOf, sameValues, type FrontierValue } from '@sensorium/graph';
import { inputTensors, type InputPart, type Parts } from '@sensorium/orchestrator';
import { headOf, symbolsOf, wholeModel, type WholeModel } from '../plan/model-graph.js';
import { tuningsOf } from '../plan/tuning.js';
import { columnsReading } from './columns.js';
import type { Kept } from './groups.js';

export interface FrontierOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  /** Weights to start from, by name. */
  readonly start: Tensors;
}

/**
 * The last values before what is trained, of inputs that are the same in every epoch. What the training graph makes of a
 * whole batch (statistics of it, say) is not there at inference, and not kept; nor is what no loss reads.
 */
export function valuesToKeep(options: FrontierOptions, batchSize: number): { kept: Kept[]; training: WholeModel } {
  const { parts, manifest } = options;
  const { balance } = manifest.training;
  const random = ({ shape }: { readonly shape: SymbolicTensor['shape'] }): SymbolicTensor =>
    input('noise', 'float32', shape);
  const progress = input('progress', 'float32', []);
  const training = wholeModel(parts, batchSize, balance, { mode: 'training', random, progress });
  const inference = wholeModel(parts, batchSize, balance, { random, progress });
  const frontier = frontierOf(training, options, batchSize);
  const values = frontier.map(({ value }) => value);
  const judged = sameValues(values, perSample(inference, parts, 'inference'));
  const learned = sameValues(values, Object.values(training.losses));
  const kept = frontier.filter((_, index) => judged[index] && learned[index]);
  return { kept: named(kept, parts), training };
}

/** Names that do not tell what else is kept: trainings of other inputs beside the same ones share what is kept of these. */
function named(kept: readonly FrontierValue[], parts: Parts): Kept[] {
  const counts = new Map<string, number>();
  return kept.map((one) => {
    const columns = [...columnsReading(inputsOf([...one.inputs]), parts)].join();
    const count = counts.get(columns) ?? 0;
    counts.set(columns, count + 1);
    return { ...one, name: `feature/${columns}/${count}` };
  });
}

function frontierOf(training: WholeModel, { manifest, parts, start }: FrontierOptions, batchSize: number) {
  const { parameters } = training.scope;
  const tunings = tuningsOf(manifest, parameters, start);
  const trained = new Set(parameters.flatMap(({ name }, index) => (tunings[index]?.mode === 'frozen' ? [] : [name])));
  const teachers = new Set(training.scope.followers.map(({ name }) => name));
  const steady = new Set(
    Object.entries(parts.inputs).flatMap(([name, part]) =>
      isSteady(part) ? Object.keys(inputTensors(name, part)) : [],
    ),
  );
  const steadySymbols = new Set(
    Object.entries(training.fed).flatMap(([name, symbol]) => (steady.has(name) ? [symbol] : [])),
  );
  return frozenFrontier(perSample(training, parts, 'training'), {
    isTrained: (name) => trained.has(name) || teachers.has(name),
    isSteady: (symbol) => steadySymbols.has(symbol),
    shared: Object.keys(parts.inputs).flatMap((name) => symbolsOf(training.graph.features(name))),
    canKeep: ({ shape: [batch, ...sizes], dtype }) =>
      batch === batchSize && sizes.every((size) => typeof size === 'number') && dtype === 'float32',
  });
}

const isSteady = ({ column, settings }: InputPart): boolean => !column.view && settings.modalityDropout === 0;

/**
 * Values of which each sample has its own: the losses of the heads, and what they answer. Of heads whose loss compares the
 * samples of a batch, only what they read.
 */
function perSample({ losses, answers, graph }: WholeModel, { heads }: Parts, mode: 'training' | 'inference') {
  return Object.entries(heads).flatMap(([name, { head, settings }]): SymbolicTensor[] => {
    if (head.couplesSamples) return settings.of.flatMap((of) => symbolsOf(graph.features(of)));
    const own = mode === 'inference' ? Object.entries(answers).filter(([output]) => output.startsWith(`${name}.`)) : [];
    const ofHead = Object.entries(losses).filter(([report]) => headOf(report) === name);
    return [...ofHead, ...own].map(([, symbol]) => symbol);
  });
}
