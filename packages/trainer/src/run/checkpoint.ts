import { required, SensoriumError, type Tensor } from '@sensorium/contracts';
import { readStored, writeStored, type Store } from '@sensorium/data';
import { readSafeTensors, writeSafeTensors } from '@sensorium/tensors';
import { CHECKPOINT_FILE } from '../folder/files.js';
import { contradictionOf, type Position, type Route } from './position.js';
import { isSealed, seal, SEAL, UNSEALED } from './seal.js';

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

/** Written aside and renamed, with a checksum: whatever happens, the last whole checkpoint stays. */
export async function saveCheckpoint(store: Store, { identity, position, state, best }: Checkpoint): Promise<void> {
  const kept = Object.entries(best).map(([name, tensor]) => [BEST + name, tensor] as const);
  const tensors = { ...state, ...Object.fromEntries(kept) };
  const bytes = writeSafeTensors(tensors, { [SEAL]: UNSEALED, identity, position: JSON.stringify(position) });
  await seal(bytes);
  await writeStored(store, { [CHECKPOINT_FILE]: bytes });
}

/** Undefined where there is none. Throws SENSORIUM_BAD_MODEL if one bit of it is not as it was written. */
export async function loadCheckpoint(store: Store): Promise<Checkpoint | undefined> {
  const bytes = await readStored(store, CHECKPOINT_FILE);
  if (!bytes) return undefined;
  if (!(await isSealed(bytes))) throw damaged(store, 'the checkpoint is damaged: it is not as training wrote it');
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
    throw damaged(store, 'the checkpoint is damaged', cause);
  }
}

const damaged = (store: Store, message: string, cause?: unknown): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_MODEL',
    message,
    hint: 'Start anew without --resume; it is kept aside then.',
    location: { file: store.path(CHECKPOINT_FILE) },
    ...(cause !== undefined && { cause }),
  });

/**
 * Throws SENSORIUM_NOTHING_TO_RESUME for a checkpoint of another training, SENSORIUM_BAD_MODEL for one that stands where this
 * training never does.
 */
export function requireFit(checkpoint: Checkpoint, identity: string, route: Route, store: Store): void {
  requireIdentity(checkpoint, identity, store);
  const contradiction = contradictionIn(checkpoint, route);
  if (contradiction === undefined) return;
  throw damaged(store, `the checkpoint is damaged: where it says that the training stands, ${contradiction} is wrong`);
}

function contradictionIn(checkpoint: Checkpoint, route: Route): string | undefined {
  try {
    return contradictionOf(checkpoint.position, checkpoint, route);
  } catch {
    return 'its form';
  }
}

function requireIdentity(checkpoint: Checkpoint, identity: string, store: Store): void {
  if (checkpoint.identity === identity) return;
  throw new SensoriumError({
    code: 'SENSORIUM_NOTHING_TO_RESUME',
    message: 'the checkpoint belongs to another training: the manifest, the data or the packages have changed since',
    hint: 'Start anew without --resume, or bring back what was changed.',
    location: { file: store.path(CHECKPOINT_FILE) },
  });
}
