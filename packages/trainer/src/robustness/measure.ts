import { required, type Scores, type Tensors } from '@sensorium/contracts';
import { createRandom, filledBatches, prefetch, type FilledBatch } from '@sensorium/data';
import { fedSpecs, mapRecord } from '@sensorium/orchestrator';
import { emptyTensor, rows as rowsOf } from '@sensorium/tensors';
import type { DataColumn } from '../data/data-column.js';
import type { Samples } from '../data/dataset.js';
import { pick } from '../pick.js';
import { timed, type OnProgress } from '../progress.js';
import { Meters } from '../run/meters.js';
import { feedOf, type FinishedModel } from '../run/score-model.js';
import { BATCH } from '../run/score.js';
import { DisturbedColumn } from './disturbed-column.js';
import { LEVELS, relativeRobustness } from './figures.js';
import type { HeadRobustness, Robustness } from './robustness.js';
import { planTrials, type Trials } from './trials.js';

export interface MeasureOptions {
  /** Of the inputs. */
  readonly columns: readonly DataColumn[];
  /** Of the same rows as they are. */
  readonly scores: Readonly<Record<string, Scores>>;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** A batch as one trial feeds it. */
interface Fed {
  /** Judges the trial. */
  readonly meters: Meters;
  readonly inputs: Tensors;
  readonly targets: Tensors;
  readonly count: number;
}

/**
 * Scores a model on rows under noise of every level on each input and on all, and with every subset of those inputs that may be
 * missing. Values are decoded once; no more than one batch of them is held. The noise is the same in every run.
 */
export async function measureRobustness(
  model: FinishedModel,
  samples: Samples,
  { columns, scores, onProgress, signal }: MeasureOptions,
): Promise<Robustness> {
  const { session, parts } = model;
  const { rows } = samples;
  const trials = planTrials(columns, () => new Meters(parts, rows.length));
  const report = timed(onProgress);
  const { reads } = new Meters(parts, 0);
  const total = rows.length * trials.count;
  let done = 0;
  for await (const { meters, inputs, targets, count } of prefetch(fed(model, samples, trials, signal), 1)) {
    signal?.throwIfAborted();
    const outputs = pick(await session.run(inputs, { outputs: reads }), reads);
    meters.add(rowsOf(outputs, 0, count), rowsOf(targets, 0, count), count);
    done += count;
    report({ phase: 'robustness', done, total });
  }
  return { levels: LEVELS, heads: mapRecord(scores, (own, head) => headOf(head, own, trials)), notes: trials.notes };
}

/** Every batch as every trial feeds it. */
async function* fed(
  model: FinishedModel,
  { dataset, rows }: Samples,
  trials: Trials,
  signal: AbortSignal | undefined,
): AsyncGenerator<Fed, void, undefined> {
  const read = feedOf(model, dataset);
  const random = createRandom(0, 'robustness');
  let index = 0;
  for (const batch of filledBatches(rows, Math.min(BATCH, rows.length))) {
    const { inputs, targets } = await read(batch, index++);
    const own = { targets, count: batch.count };
    for (const { present, meters } of trials.subsets) {
      yield { meters, inputs: without(trials.optional, present, inputs), ...own };
    }
    const decoded = new Map<string, DisturbedColumn>();
    for (const column of trials.noisy) {
      const of = { column, table: dataset.table, rows: meant(batch), inputs, random, signal };
      decoded.set(column.name, await DisturbedColumn.decode(of));
    }
    for (const [at, level] of LEVELS.slice(1).entries()) {
      const disturbed = new Map<string, Tensors>();
      for (const [name, column] of decoded) disturbed.set(name, await column.at(level));
      for (const { inputs: names, meters } of trials.noise) {
        const changed = names.reduce<Tensors>(
          (all, name) => ({ ...all, ...required(disturbed.get(name), `the noise on "${name}"`) }),
          inputs,
        );
        yield { meters: required(meters[at], `level ${level}`), inputs: changed, ...own };
      }
    }
  }
}

/** The rows of a batch without those that fill it up. */
const meant = ({ rows, count }: FilledBatch): Uint32Array => rows.subarray(0, count);

/** Zeros for every input that is not present. */
function without(optional: readonly DataColumn[], present: readonly string[], inputs: Tensors): Tensors {
  const missing = optional.filter(({ name }) => !present.includes(name));
  const names = missing.flatMap((column) => [
    ...Object.keys(fedSpecs(column.spec)).map((tensor) => column.tensorName(tensor)),
    required(column.presentName, 'the flag of an input that may be missing'),
  ]);
  const zeros = mapRecord(pick(inputs, names), ({ dtype, shape: [count, ...shape] }, name) =>
    emptyTensor({ dtype, shape }, required(count, `the samples of "${name}"`)),
  );
  return { ...inputs, ...zeros };
}

/** @param clean the scores of the head without noise */
function headOf(head: string, { decides, metrics }: Scores, trials: Trials): HeadRobustness {
  const clean = required(metrics[decides], `the metric "${decides}" of "${head}"`);
  const valueOf = (meters: Meters): number => {
    const own = required(meters.scores(false)[head], `the scores of "${head}"`);
    return required(own.metrics[decides], `the metric "${decides}" of "${head}"`).value;
  };
  const { better, unit, title } = clean;
  return {
    metric: decides,
    value: clean.value,
    better,
    ...(unit !== undefined && { unit }),
    ...(title !== undefined && { title }),
    noise: trials.noise.map(({ inputs, meters }) => {
      const values = [clean.value, ...meters.map(valueOf)];
      return { inputs, values, relative: relativeRobustness(LEVELS, values) };
    }),
    subsets: trials.subsets.map(({ present, meters }) => ({ inputs: present, value: valueOf(meters) })),
  };
}
