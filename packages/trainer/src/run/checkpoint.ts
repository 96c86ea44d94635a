import { required, SensoriumError, type Tensor } from '@sensorium/contracts';
import { readStored, writeStored, type Store } from '@sensorium/data';
import { MANIFEST_FILE } from '@sensorium/orchestrator';
import { readSafeTensors, writeSafeTensors } from '@sensorium/tensors';
import { CHECKPOINT_FILE } from '../folder/files.js';
import type { Decision, EpochReport, RangeTest } from '../metrics.js';
import type { Best } from './best.js';
import type { StepCurveState } from './step-curve.js';

/** Where a training stands. */
export interface Position {
  /** The epoch that is running, from 0, and how many of its steps are done. */
  readonly epoch: number;
  readonly step: number;
  /** Of the running epoch's steps: sums of the losses by the program's names, and seconds. */
  readonly sums: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly history: readonly EpochReport[];
  /** All steps that are done. */
  readonly done: number;
  /** Where the schedule stands: at the last step, or where time is limited, further on. */
  readonly clock: number;
  /** Whether the time is over. */
  readonly isOver: boolean;
  readonly curve: StepCurveState;
  /** Where the learning rate was chosen by one. */
  readonly rangeTest?: RangeTest;
  readonly best?: Best;
  /** What the best epoch is chosen by, as the last validation said. */
  readonly decidedBy: Decision | null;
}

export interface Checkpoint {
  /** What is trained on what: a checkpoint of something else must not be resumed. */
  readonly identity: string;
  readonly position: Position;
  /** What is trained, the optimizer's slots, and what follows. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** What was trained, as it was after the best epoch. */
  readonly best: Readonly<Record<string, Tensor>>;
}

const BEST = 'best/';

/** Written aside and renamed: whatever happens, the last whole checkpoint stays. */
export async function saveCheckpoint(store: Store, { identity, position, state, best }: Checkpoint): Promise<void> {
  const kept = Object.entries(best).map(([name, tensor]) => [BEST + name, tensor] as const);
  const tensors = { ...state, ...Object.fromEntries(kept) };
  const bytes = writeSafeTensors(tensors, { identity, position: JSON.stringify(position) });
  await writeStored(store, { [CHECKPOINT_FILE]: bytes });
}

/** Throws SENSORIUM_NOTHING_TO_RESUME if there is no checkpoint, SENSORIUM_BAD_MODEL if it is damaged. */
export async function loadCheckpoint(store: Store): Promise<Checkpoint> {
  const bytes = await readStored(store, CHECKPOINT_FILE);
  if (!bytes) throw await nothingToResume(store);
  try {
    const { tensors, metadata } = readSafeTensors(bytes);
    const entries = Object.entries(tensors);
    const best = entries.flatMap(([name, tensor]) =>
      name.startsWith(BEST) ? [[name.slice(BEST.length), tensor] as const] : [],
    );
    return {
      identity: required(metadata['identity'], 'the identity of the checkpoint'),
      position: JSON.parse(required(metadata['position'], 'the position of the checkpoint')) as Position,
      state: Object.fromEntries(entries.filter(([name]) => !name.startsWith(BEST))),
      best: Object.fromEntries(best),
    };
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_BAD_MODEL',
      message: 'the checkpoint is damaged',
      hint: 'Start anew without --resume.',
      location: { file: store.path(CHECKPOINT_FILE) },
      cause,
    });
  }
}

async function nothingToResume(store: Store): Promise<SensoriumError> {
  const manifest = await store.open(MANIFEST_FILE);
  await manifest?.dispose();
  return new SensoriumError({
    code: 'SENSORIUM_NOTHING_TO_RESUME',
    message: manifest
      ? 'the training in this folder is finished: there is a model and no checkpoint'
      : 'there is no checkpoint here',
    hint: manifest ? 'Use the model, or start anew without --resume.' : 'Start without --resume.',
    location: { file: store.path(CHECKPOINT_FILE) },
  });
}

/** Throws SENSORIUM_NOTHING_TO_RESUME for a checkpoint of another training. */
export function requireIdentity(checkpoint: Checkpoint, identity: string, store: Store): void {
  if (checkpoint.identity === identity) return;
  throw new SensoriumError({
    code: 'SENSORIUM_NOTHING_TO_RESUME',
    message: 'the checkpoint belongs to another training: the manifest, the data or the packages have changed since',
    hint: 'Start anew without --resume, or bring back what was changed.',
    location: { file: store.path(CHECKPOINT_FILE) },
  });
}
