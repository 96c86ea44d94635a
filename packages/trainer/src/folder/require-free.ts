import { SensoriumError } from '@sensorium/contracts';
import type { Store } from '@sensorium/data';
import { MODEL_FILE } from '@sensorium/orchestrator';
import { CHECKPOINT_FILE, isPreviousCheckpoint } from './files.js';
import { hasSteps } from './keep-checkpoint.js';

/** Throws SENSORIUM_EXISTS where a training that begins anew would replace something, or mix with it. */
export async function requireFree(store: Store): Promise<void> {
  const names = await namesOf(store);
  if (names.length === 0) return;
  const { holds, hint } = contentOf(names);
  const file = store.path();
  throw new SensoriumError({ code: 'SENSORIUM_EXISTS', message: `"${file}" holds ${holds}`, hint, location: { file } });
}

/** Without checkpoints that nobody would miss, or that nothing replaces. */
async function namesOf(store: Store): Promise<string[]> {
  const names = (await store.list()).filter((name) => !isPreviousCheckpoint(name));
  if (!names.includes(CHECKPOINT_FILE) || (await hasSteps(store))) return names;
  return names.filter((name) => name !== CHECKPOINT_FILE);
}

function contentOf(names: readonly string[]): { holds: string; hint: string } {
  if (names.includes(CHECKPOINT_FILE)) {
    return {
      holds: 'an unfinished training',
      hint: 'Go on with it (resume, --resume), train into another folder, or begin anew (overwrite, --force): its checkpoint is kept.',
    };
  }
  if (names.includes(MODEL_FILE)) {
    return { holds: 'a finished model', hint: 'Train into another folder, or replace the model (overwrite, --force).' };
  }
  return {
    holds: `other files: ${listOf(names)}`,
    hint: 'Train into a folder of its own, or beside these files all the same (overwrite, --force).',
  };
}

const SHOWN = 3;

const listOf = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more` : names.join(', ');
