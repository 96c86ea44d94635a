import { required, type Random, type Session, type Tensors } from '@sensorium/contracts';
import type { FilledBatch } from '@sensorium/data';
import { outputsOfHead, type ModelNoise, type Parts } from '@sensorium/orchestrator';
import type { Dataset, Samples } from '../data/dataset.js';
import type { Answered } from '../examples.js';
import { columnsReading } from '../features/columns.js';
import { Meters } from './meters.js';
import { modelNoise } from './noise.js';
import { BATCH, scoreRows, type Score, type Scored, type ScoreOptions } from './score.js';

/** A finished model that is to be judged on a dataset. */
export interface FinishedModel {
  readonly parts: Parts;
  readonly session: Session;
  readonly noise: ModelNoise;
  /** Fixes the noise. */
  readonly random: Random;
}

/** Scores a model on rows. Null where no head has a meter. */
export async function scoreModel(
  model: FinishedModel,
  { dataset, rows }: Samples,
  options: Omit<ScoreOptions, 'parts' | 'rows' | 'intervals'>,
): Promise<Score | null> {
  const { parts, session } = model;
  if (new Meters(parts, 0).reads.length === 0) return null;
  const scored: Scored = {
    session,
    batchSize: Math.min(BATCH, rows.length),
    losses: [],
    read: feedOf(model, dataset),
  };
  return scoreRows(scored, { ...options, parts, rows, intervals: true });
}

/** What a model is fed of a batch, and what its heads are judged by. */
export function feedOf(model: FinishedModel, dataset: Dataset): Scored['read'] {
  const { parts, session } = model;
  const only = new Set([...columnsReading(new Set(session.inputNames), parts), ...new Meters(parts, 0).columns]);
  return async (batch, index) => {
    const read = await dataset.read(batch.rows, { only });
    return { inputs: inputsOf(model, read, batch, index), targets: read };
  };
}

/** Every head's answers to some rows. */
export async function answerRows(
  model: FinishedModel,
  dataset: Dataset,
  rows: Uint32Array,
): Promise<Record<string, Answered[]>> {
  const { parts, session } = model;
  const meters = new Meters(parts, 0);
  const only = new Set([...columnsReading(new Set(session.inputNames), parts), ...meters.columns]);
  const read = await dataset.read(rows, { only });
  const outputs = await session.run(inputsOf(model, read, { rows, count: rows.length }, 0));
  const details = meters.details(outputs, read);
  return Object.fromEntries(
    Object.entries(parts.heads).flatMap(([name, { head }]) => {
      const predictions = head.decode?.(outputsOfHead(name, outputs));
      if (!predictions) return [];
      return [[name, predictions.map((prediction, row) => ({ prediction, details: details[name]?.[row] ?? [] }))]];
    }),
  );
}

/** What the model is fed of a batch: its inputs, and noise of its own for every batch. */
function inputsOf(
  { session, noise, random }: FinishedModel,
  read: Tensors,
  { rows }: FilledBatch,
  index: number,
): Tensors {
  const inputs = session.inputNames.map((name) => {
    const drawn = Object.hasOwn(noise, name) ? noise[name] : undefined;
    if (!drawn) return [name, required(read[name], name)] as const;
    const shape = [rows.length, ...drawn.shape];
    return [name, modelNoise({ kind: drawn.kind, shape }, random.fork(`${name}/${index}`))] as const;
  });
  return Object.fromEntries(inputs);
}
