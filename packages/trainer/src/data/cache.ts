import { SensoriumError, type Warning } from '@sensorium/contracts';
import {
  memoryStore,
  openPrepared,
  removePrepared,
  type PreparedOptions,
  type PreparedStore,
  type Store,
} from '@sensorium/data';
import { emptyTensor } from '@sensorium/tensors';

/** Bytes of tensors that are held in memory where the cache cannot keep them. */
const MOST_IN_MEMORY = 2 ** 30;

export interface KeepOptions extends Omit<PreparedOptions, 'store'> {
  /** Within the cache. */
  readonly folder: string;
  /** Records that there will be. */
  readonly count: number;
}

/** Keeps for later runs what is made of samples; in memory, and for this run alone, from when on the cache cannot be written. */
export class Cache {
  private isUsable = true;

  /** @param onTrouble hears once that nothing is kept, and why */
  constructor(
    private readonly store: Store,
    private readonly onTrouble?: (warning: Warning) => void,
  ) {}

  /**
   * What an earlier run made, or what `fill` makes: it has to finish the store that it is given. Throws what `fill` throws; and
   * SENSORIUM_NO_PERMISSION, SENSORIUM_DISK_FULL or SENSORIUM_IO where the cache cannot be written and memory is too small.
   */
  async keep(options: KeepOptions, fill: (store: PreparedStore) => Promise<void>): Promise<PreparedStore> {
    if (this.isUsable) {
      try {
        return await filled(this.store.at(options.folder), options, fill);
      } catch (error) {
        if (!this.isOwn(error)) throw error;
        this.giveUp(error, options);
      }
    }
    return filled(memoryStore(), options, fill);
  }

  /** Removes what was kept, if it was. */
  async forget(options: KeepOptions): Promise<void> {
    if (this.isUsable) await removePrepared({ ...options, store: this.store.at(options.folder) });
  }

  /** Errors of what is prepared tell of other places: of a table, a picture. */
  private isOwn(error: unknown): error is SensoriumError {
    return SensoriumError.is(error) && (error.location?.file?.startsWith(this.store.path()) ?? false);
  }

  private giveUp(error: SensoriumError, options: KeepOptions): void {
    const bytes = bytesOf(options);
    if (bytes > MOST_IN_MEMORY) throw cannotKeep(error, bytes);
    this.isUsable = false;
    this.onTrouble?.({
      code: 'cache-unusable',
      message: `nothing is kept in the cache, so that the next run prepares everything again: ${error.message}`,
      hint,
    });
  }
}

const hint = 'Set SENSORIUM_CACHE, or the option "cache", to a place that can be written and has space.';

const bytesOf = ({ specs, count }: KeepOptions): number =>
  count * Object.values(specs).reduce((sum, spec) => sum + emptyTensor(spec, 1).data.byteLength, 0);

const cannotKeep = ({ code, message, location, cause }: SensoriumError, bytes: number): SensoriumError =>
  new SensoriumError({
    code,
    message: `${message}; it is the cache, and memory does not hold the ${(bytes / 1e9).toFixed(1)} GB that are to be kept there`,
    hint,
    location,
    cause,
  });

async function filled(
  store: Store,
  { key, specs }: KeepOptions,
  fill: (store: PreparedStore) => Promise<void>,
): Promise<PreparedStore> {
  const opened = await openPrepared({ store, key, specs });
  try {
    if (!opened.finished) await fill(opened);
    return opened;
  } catch (error) {
    await opened.dispose();
    throw error;
  }
}
