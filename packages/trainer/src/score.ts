import type { Scores, Session, Tensor } from '@sensorium/contracts';
import { batches } from '@sensorium/data';
import { emptyTensor, rows as rowsOf } from '@sensorium/tensors';
import { mapRecord, outputsOfHead, type Parts } from '@sensorium/orchestrator';
import type { Dataset, Samples } from './dataset.js';
import type { OpenFeatures } from './features/open.js';
import { pick } from './features/store.js';
import { timed, type OnProgress, type Phase } from './progress.js';

const BATCH = 256;

export interface ScoreOptions extends Samples {
  readonly parts: Parts;
  readonly session: Session;
  readonly phase: Phase;
  /** Where the session is the part of the model behind the features of these rows' dataset. */
  readonly features?: OpenFeatures | null;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Scored {
  readonly scores: Record<string, Scores>;
  /** Every head's outputs [rows,…], in the order of `rows`. */
  readonly outputs: Record<string, Record<string, Tensor>>;
}

/** Runs the model over rows of a dataset and lets every head score itself. */
export async function scoreRows(options: ScoreOptions): Promise<Scored> {
  const { parts, session, dataset, rows, phase, features, onProgress, signal } = options;
  const batchSize = features?.plan.batchSize ?? BATCH;
  const report = timed(onProgress);
  const all: Record<string, Tensor> = {};
  let done = 0;
  for (const batch of batches({ order: rows, batchSize, mode: 'evaluation' })) {
    signal?.throwIfAborted();
    const outputs = await session.run(
      features ? await readBehind(batch, dataset, features) : await dataset.read(batch),
    );
    for (const [name, tensor] of Object.entries(rowsOf(outputs, 0, batch.length))) {
      all[name] ??= emptyTensor({ dtype: tensor.dtype, shape: tensor.shape.slice(1) }, rows.length);
      const perRow = tensor.data.length / batch.length;
      // Both have the same element type, which TypeScript cannot see through the union.
      (all[name].data as Float32Array).set(tensor.data as Float32Array, done * perRow);
    }
    done += batch.length;
    report({ phase, done, total: rows.length });
  }
  const outputs = mapRecord(parts.heads, (_, name) => outputsOfHead(name, all));
  const targets = dataset.targets(rows);
  const scores = mapRecord(parts.heads, ({ head }, name) => head.score(outputs[name] ?? {}, targets[name] ?? {}));
  return { scores, outputs };
}

/** The features of some rows, and what is still read beside them. The model has a fixed batch, which is filled up. */
async function readBehind(
  rows: Uint32Array,
  dataset: Dataset,
  { plan, validation }: OpenFeatures,
): Promise<Record<string, Tensor>> {
  const full = Uint32Array.from({ length: plan.batchSize }, (_, index) => rows[index] ?? rows[0] ?? 0);
  const inputs = await dataset.read(full, plan.inputs);
  return { ...pick(inputs, plan.tensors), ...(await validation.read(full)) };
}

/** The score that decides which epoch is best: the mean of the heads' primary scores. */
export function decidingScore(scores: Readonly<Record<string, Scores>>): { name: string; value: number } {
  const all = Object.values(scores);
  const values = all.map(({ primary, values }) => values[primary] ?? 0);
  const names = new Set(all.map(({ primary }) => primary));
  return { name: [...names].join(', '), value: values.reduce((a, b) => a + b, 0) / Math.max(1, values.length) };
}
