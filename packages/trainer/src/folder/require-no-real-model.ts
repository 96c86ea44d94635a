import { SensoriumError } from '@sensorium/contracts';
import { readStored, type Store } from '@sensorium/data';
import { MANIFEST_FILE } from '@sensorium/orchestrator';
import type { Metrics } from '../metrics.js';
import { METRICS_FILE } from './files.js';
import { parseJson } from './parse-json.js';

/** Throws SENSORIUM_EXISTS where a folder holds a model that is more than a first look, which another one must not replace. */
export async function requireNoRealModel(store: Store): Promise<void> {
  const manifest = await readStored(store, MANIFEST_FILE);
  if (!manifest) return;
  const metrics = await readStored(store, METRICS_FILE);
  if (metrics && (parseJson(metrics, store.path(METRICS_FILE)) as Metrics).firstLook) return;
  throw new SensoriumError({
    code: 'SENSORIUM_EXISTS',
    message: 'a model that was trained as a whole is here, and a first look does not replace one',
    hint: 'Give another folder for the first look.',
    location: { file: store.path() },
  });
}
