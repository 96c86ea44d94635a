import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SensoriumError, type Scores, type Tensor } from '@sensorium/contracts';
import { ioError, writeFileAtomic } from '@sensorium/data';
import { readSafeTensors, writeSafeTensors } from '@sensorium/tensors';
import { MANIFEST_FILE } from '@sensorium/orchestrator';

/** One pass over the training table. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch's steps. */
  readonly loss: number;
  /** Seconds, validation included. */
  readonly seconds: number;
  /** Of each head, where there is validation data. */
  readonly validation?: Readonly<Record<string, Scores['values']>>;
}

/** Where a training stands. */
export interface Position {
  /** The epoch that is running, from 0, and how many of its steps are done. */
  readonly epoch: number;
  readonly step: number;
  /** Of the running epoch's steps: sum of the losses, and seconds. */
  readonly lossSum: number;
  readonly seconds: number;
  readonly history: readonly EpochReport[];
  readonly best?: Best;
}

/** The best epoch until now, from 1. */
export interface Best {
  readonly epoch: number;
  /** The score that decides; 0 without validation. */
  readonly score: number;
  /** The first epoch that reached this score. */
  readonly since: number;
}

export interface Checkpoint {
  /** What is trained on what: a checkpoint of something else must not be resumed. */
  readonly identity: string;
  readonly position: Position;
  /** What is trained, and the optimizer's slots. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** What was trained, as it was after the best epoch. */
  readonly best: Readonly<Record<string, Tensor>>;
}

const BEST = 'best/';

/** Written aside and renamed: whatever happens, the last whole checkpoint stays. */
export async function saveCheckpoint(path: string, { identity, position, state, best }: Checkpoint): Promise<void> {
  const kept = Object.entries(best).map(([name, tensor]) => [BEST + name, tensor] as const);
  const tensors = { ...state, ...Object.fromEntries(kept) };
  await writeFileAtomic(path, writeSafeTensors(tensors, { identity, position: JSON.stringify(position) }));
}

/** Throws SENSORIUM_NOTHING_TO_RESUME if there is no checkpoint, SENSORIUM_BAD_MODEL if it is damaged. */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  try {
    const { tensors, metadata } = readSafeTensors(await readCheckpoint(path));
    const { identity = '', position = '' } = metadata;
    const entries = Object.entries(tensors);
    const best = entries.flatMap(([name, tensor]) =>
      name.startsWith(BEST) ? [[name.slice(BEST.length), tensor] as const] : [],
    );
    return {
      identity,
      position: JSON.parse(position) as Position,
      state: Object.fromEntries(entries.filter(([name]) => !name.startsWith(BEST))),
      best: Object.fromEntries(best),
    };
  } catch (cause) {
    if (SensoriumError.is(cause) && cause.code !== 'SENSORIUM_BAD_MODEL') throw cause;
    throw new SensoriumError({
      code: 'SENSORIUM_BAD_MODEL',
      message: 'the checkpoint is damaged',
      hint: 'Start anew without --resume.',
      location: { file: path },
      cause,
    });
  }
}

/** Throws SENSORIUM_NOTHING_TO_RESUME for a checkpoint of another training. */
export function requireIdentity(checkpoint: Checkpoint, identity: string, path: string): void {
  if (checkpoint.identity === identity) return;
  throw new SensoriumError({
    code: 'SENSORIUM_NOTHING_TO_RESUME',
    message: 'the checkpoint belongs to another training: the manifest, the data or the packages have changed since',
    hint: 'Start anew without --resume, or bring back what was changed.',
    location: { file: path },
  });
}

async function readCheckpoint(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw ioError(cause, path);
    const finished = await exists(join(dirname(path), MANIFEST_FILE));
    throw new SensoriumError({
      code: 'SENSORIUM_NOTHING_TO_RESUME',
      message: finished
        ? 'the training in this folder is finished: there is a model and no checkpoint'
        : 'there is no checkpoint here',
      hint: finished ? 'Use the model, or start anew without --resume.' : 'Start without --resume.',
      location: { file: path },
      cause,
    });
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
