import { required, type SymbolicTensor } from '@sensorium/contracts';
import { createScope, div, sub, type Parameter } from '@sensorium/graph';
import type { Balance } from './balance.js';
import type { Feed } from './feed.js';
import { reported, totalLoss } from './loss.js';
import type { TrainingOptions } from './program.js';
import type { StepScalars } from './step-scalars.js';
import { tuneGraph, type TunedGraph } from './tuning.js';
import { zip } from './zip.js';

export interface TrainedModel {
  readonly parameters: readonly Parameter[];
  /** Its outputs are the loss, those of single modalities, and what is reported beside it under `named`. */
  readonly graph: TunedGraph;
  readonly named: readonly string[];
  readonly balance: Balance | undefined;
}

/** The model over one batch: its loss, and what is reported beside it, tuned. */
export function modelOf(options: TrainingOptions, feed: Feed, scalars: StepScalars): TrainedModel {
  const { batch, steps, tune = () => [] } = options;
  const { progress } = scalars(({ clock }) => ({ progress: div(sub(clock, 1), steps) }));
  const scope = createScope({ mode: 'training', progress, random: feed.random });
  const built = options.build(scope, feed.batch(batch));
  const { loss, weights, balance, metrics = {}, replace = (values) => values } = built;
  const { parameters, followers, losses } = scope;
  const reports = reported(losses, metrics);
  const alone = balance ? Object.values(balance.alone) : [];
  const outputs = [totalLoss(loss, losses, weights), ...alone, ...Object.values(reports)];
  const followed = parameters.flatMap(({ follows }) => (follows ? [...follows.of, ...follows.places] : []));
  const moved = replace([...outputs, ...followed]);
  const where = new Map(zip(followed, moved.slice(outputs.length), (from, to) => [from, to]));
  const there = (symbol: SymbolicTensor): SymbolicTensor =>
    required(where.get(symbol), 'a value made from the features');
  const own = parameters.map(({ follows, ...parameter }) => ({
    ...parameter,
    follows: follows && { ...follows, of: follows.of.map(there), places: follows.places.map(there) },
  }));
  const graph = tuneGraph(moved.slice(0, outputs.length), own, tune(own), followers);
  return { parameters: own, graph, named: Object.keys(reports), balance };
}
