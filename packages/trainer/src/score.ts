import type { Scores, Session, Tensor } from '@sensorium/contracts';
import { rows as rowsOf, stack } from '@sensorium/graph';
import { mapRecord, outputsOfHead, type Parts } from '@sensorium/orchestrator';
import { batches } from '@sensorium/data';
import type { Dataset } from './dataset.js';
import { timed, type OnProgress, type Phase } from './progress.js';

const BATCH = 256;

export interface ScoreOptions {
  readonly parts: Parts;
  readonly session: Session;
  readonly dataset: Dataset;
  readonly rows: Uint32Array;
  readonly phase: Phase;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Scored {
  readonly scores: Record<string, Scores>;
  /** Every head's outputs [rows,…], in the order of `rows`. */
  readonly outputs: Record<string, Record<string, Tensor>>;
}

/** Runs the model over rows of a dataset and lets every head score itself. */
export async function scoreRows({
  parts,
  session,
  dataset,
  rows,
  phase,
  onProgress,
  signal,
}: ScoreOptions): Promise<Scored> {
  const report = timed(onProgress);
  const results: Record<string, Tensor>[] = [];
  let done = 0;
  for (const batch of batches({ order: rows, batchSize: BATCH, mode: 'evaluation' })) {
    signal?.throwIfAborted();
    results.push(await session.run(await dataset.read(batch)));
    done += batch.length;
    report({ phase, done, total: rows.length });
  }
  const all = join(results);
  const outputs = mapRecord(parts.heads, (_, name) => outputsOfHead(name, all));
  const targets = dataset.targets(rows);
  const scores = mapRecord(parts.heads, ({ head }, name) => head.score(outputs[name] ?? {}, targets[name] ?? {}));
  return { scores, outputs };
}

/** [n₁,…], [n₂,…] → [n₁+n₂,…] */
function join(results: readonly Record<string, Tensor>[]): Record<string, Tensor> {
  const singles = results.flatMap((result) => {
    const count = Object.values(result)[0]?.shape[0] ?? 0;
    return Array.from({ length: count }, (_, index) => rowsOf(result, index, index + 1));
  });
  return stack(singles);
}

/** The score that decides which epoch is best: the mean of the heads' primary scores. */
export function decidingScore(scores: Readonly<Record<string, Scores>>): { name: string; value: number } {
  const all = Object.values(scores);
  const values = all.map(({ primary, values }) => values[primary] ?? 0);
  return { name: all[0]?.primary ?? 'score', value: values.reduce((a, b) => a + b, 0) / Math.max(1, values.length) };
}
