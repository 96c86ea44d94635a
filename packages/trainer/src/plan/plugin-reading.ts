import { SensoriumError } from '@sensorium/contracts';
import { readStored, writeStored, type Store } from '@sensorium/data';
import type { PluginReading } from '@sensorium/orchestrator';
import type { OnProgress } from '../progress.js';

/** Files that plugins get from elsewhere are kept in the cache, where it can be written: preparing samples tells where not. */
export function pluginReading(
  cache: Store,
  onProgress: OnProgress | undefined,
  signal: AbortSignal | undefined,
): PluginReading {
  const store = cache.at('downloads');
  return {
    kept: (name) => readStored(store, encodeURIComponent(name)),
    async keep(name, bytes) {
      try {
        await writeStored(store, { [encodeURIComponent(name)]: bytes });
      } catch (error) {
        if (!SensoriumError.is(error)) throw error;
      }
    },
    signal,
    onProgress: (file, done, total) => onProgress?.({ phase: 'download', subject: file, done, total }),
  };
}
