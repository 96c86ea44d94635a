import { required, type Scores, type Session, type Tensor, type Tensors } from '@sensorium/contracts';
import { filledBatches, prefetch, type FilledBatch } from '@sensorium/data';
import type { Parts } from '@sensorium/orchestrator';
import { rows as rowsOf } from '@sensorium/tensors';
import { pick } from '../pick.js';
import { timed, type OnProgress, type Phase } from '../progress.js';
import { Meters } from './meters.js';

/** Samples of a batch where nothing asks for another size: larger ones do not fit into a processor's caches. */
export const BATCH = 64;

/** What answers, and how it is fed. */
export interface Scored {
  readonly session: Session;
  readonly batchSize: number;
  /** Names of outputs that are losses: scalars, the mean over a batch. */
  readonly losses: readonly string[];
  /** What the session is fed of a batch, and what heads are judged by. */
  read(batch: FilledBatch, index: number): Promise<{ readonly inputs: Tensors; readonly targets: Tensors }>;
}

export interface ScoreOptions {
  readonly parts: Parts;
  readonly rows: Uint32Array;
  readonly phase: Phase;
  /** Whether somebody reads the intervals of scores. */
  readonly intervals: boolean;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Score {
  /** Of each head that has a meter. */
  readonly scores: Readonly<Record<string, Scores>>;
  /** Of each head that has a meter, by the order of the rows. */
  readonly badness: Readonly<Record<string, Float32Array>>;
  /** Means over all rows, by the names of the outputs. */
  readonly losses: Readonly<Record<string, number>>;
}

/** Runs a model over rows, and lets every head's meter judge its answers batch by batch. */
export async function scoreRows(scored: Scored, options: ScoreOptions): Promise<Score> {
  const { session, batchSize, losses } = scored;
  const { parts, rows, phase, intervals, onProgress, signal } = options;
  const meters = new Meters(parts, rows.length);
  const outputs = [...new Set([...meters.reads, ...losses])];
  const sums = new Map(losses.map((name) => [name, 0]));
  const report = timed(onProgress);
  let done = 0;
  for await (const { inputs, targets, count } of prefetch(batchesOf(scored, rows, batchSize), 1)) {
    signal?.throwIfAborted();
    const found = await session.run(inputs, { outputs });
    for (const [name, sum] of sums) sums.set(name, sum + count * scalarOf(found, name));
    meters.add(rowsOf(pick(found, meters.reads), 0, count), rowsOf(targets, 0, count), count);
    done += count;
    report({ phase, done, total: rows.length });
  }
  return {
    scores: meters.scores(intervals),
    badness: meters.badness(),
    losses: Object.fromEntries(Array.from(sums, ([name, sum]) => [name, sum / rows.length])),
  };
}

async function* batchesOf(scored: Scored, rows: Uint32Array, batchSize: number) {
  let index = 0;
  for (const batch of filledBatches(rows, batchSize)) {
    yield { ...(await scored.read(batch, index++)), count: batch.count };
  }
}

function scalarOf(outputs: Readonly<Record<string, Tensor>>, name: string): number {
  const [value] = required(outputs[name], name).data;
  return Number(required(value, name));
}
