import { readFile } from 'node:fs/promises';
import { SensoriumError, type Scores, type Tensor } from '@sensorium/contracts';
import { ioError, writeFileAtomic } from '@sensorium/data';
import { readSafeTensors, writeSafeTensors } from '@sensorium/graph';

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
  /** Sum of the losses of the running epoch's steps. */
  readonly lossSum: number;
  readonly history: readonly EpochReport[];
  /** The best epoch until now and its deciding score. */
  readonly best?: { readonly epoch: number; readonly score: number };
}

export interface Checkpoint {
  /** What is trained on what: a checkpoint of something else must not be resumed. */
  readonly identity: string;
  readonly position: Position;
  /** Parameters and the optimizer's slots. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** The best epoch's parameters. */
  readonly best: Readonly<Record<string, Tensor>>;
}

const BEST = 'best/';

/** Written aside and renamed: whatever happens, the last whole checkpoint stays. */
export async function saveCheckpoint(path: string, { identity, position, state, best }: Checkpoint): Promise<void> {
  const kept = Object.entries(best).map(([name, tensor]) => [BEST + name, tensor] as const);
  const bytes = writeSafeTensors(
    { ...state, ...Object.fromEntries(kept) },
    { identity, position: JSON.stringify(position) },
  );
  await writeFileAtomic(path, bytes);
}

/** Throws SENSORIUM_NOTHING_TO_RESUME if there is no checkpoint, or one of another training. */
export async function loadCheckpoint(path: string, identity: string): Promise<Checkpoint> {
  const { tensors, metadata } = readSafeTensors(await readCheckpoint(path));
  if (metadata['identity'] !== identity) {
    throw new SensoriumError({
      code: 'SENSORIUM_NOTHING_TO_RESUME',
      message: 'the checkpoint belongs to another training: the manifest, the data or the packages have changed since',
      hint: 'Start anew without --resume, or bring back what was changed.',
      location: { file: path },
    });
  }
  const split = (isBest: boolean): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(BEST) === isBest)
        .map(([name, tensor]) => [isBest ? name.slice(BEST.length) : name, tensor] as const),
    );
  const position = JSON.parse(metadata['position'] ?? '{}') as Position;
  return { identity, position, state: split(false), best: split(true) };
}

async function readCheckpoint(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw ioError(cause, path);
    throw new SensoriumError({
      code: 'SENSORIUM_NOTHING_TO_RESUME',
      message: 'there is no checkpoint here',
      hint: 'Start without --resume.',
      location: { file: path },
      cause,
    });
  }
}
