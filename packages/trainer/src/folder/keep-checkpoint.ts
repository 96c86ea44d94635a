import type { Store } from '@sensorium/data';
import { loadCheckpoint } from '../run/checkpoint.js';
import { CHECKPOINT_FILE, previousCheckpointFile } from './files.js';

/**
 * A training that begins anew does not lose the checkpoint of an unfinished one: it gets a name that is free. Gives its path;
 * undefined where there is none, or none with a step done, which is removed.
 */
export async function keepCheckpoint(store: Store): Promise<string | undefined> {
  const names = await store.list();
  if (!names.includes(CHECKPOINT_FILE)) return undefined;
  if (!(await hasSteps(store))) return (await store.remove(CHECKPOINT_FILE), undefined);
  let number = 1;
  while (names.includes(previousCheckpointFile(number))) number++;
  const kept = previousCheckpointFile(number);
  await store.rename(CHECKPOINT_FILE, kept);
  return store.path(kept);
}

/**
 * Whether the checkpoint that is there has a step done: the first one is written before, and stays where a training fails at
 * once. A damaged one may have some that somebody can save.
 */
export const hasSteps = (store: Store): Promise<boolean> =>
  loadCheckpoint(store).then(
    (checkpoint) => checkpoint !== undefined && checkpoint.position.done > 0,
    () => true,
  );
