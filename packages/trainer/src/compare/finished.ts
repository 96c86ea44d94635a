import type { ResolvedManifest } from '@sensorium/contracts';
import { readStored, sha256, type Store } from '@sensorium/data';
import { MODEL_FILE } from '@sensorium/orchestrator';
import { COMPARISON_FILE, METRICS_FILE } from '../folder/files.js';
import { parseJson } from '../folder/parse-json.js';
import type { Metrics } from '../metrics.js';
import type { Comparison } from './comparison.js';

/** What is trained: a manifest with all that is known before its table is read, the installed packages, tables and weights. */
export interface Trainable {
  readonly manifest: ResolvedManifest;
  /** Package → version. */
  readonly versions: Readonly<Record<string, string>>;
  /** Table, or weights → SHA-256; none of rows in memory. */
  readonly data: Readonly<Record<string, string>>;
  /** File that an option names → SHA-256. */
  readonly files: Readonly<Record<string, string>>;
}

/** The same where the same would be trained; null where that cannot be told, of rows in memory. Where it runs does not matter. */
export async function identityOf({ manifest, versions, data, files }: Trainable, seed: number): Promise<string | null> {
  if (!('train' in data)) return null;
  const { backend: _backend, ...rest } = { ...manifest, training: { ...manifest.training, seed } };
  return sha256(JSON.stringify([rest, versions, data, files]));
}

/** Trainings that an earlier comparison in the same folder finished: they are taken as they are, without reading any table. */
export class Finished {
  private constructor(
    private readonly store: Store,
    private readonly identities: ReadonlyMap<string, string | null>,
  ) {}

  /** Throws SENSORIUM_BAD_MODEL for a compare.json that is no JSON, and what reading throws. */
  static async in(store: Store): Promise<Finished> {
    const bytes = await readStored(store, COMPARISON_FILE);
    const rows = bytes ? (parseJson(bytes, store.path(COMPARISON_FILE)) as Comparison).rows : [];
    const runs = rows.flatMap((row) => row.runs.map(({ folder, identity }) => [folder, identity] as const));
    return new Finished(store, new Map(runs));
  }

  /** Undefined where there is none, or it is of something else. */
  async metricsOf(folder: string, identity: string | null): Promise<Metrics | undefined> {
    if (identity === null || this.identities.get(folder) !== identity) return undefined;
    const store = folder.split('/').reduce((outer, name) => outer.at(name), this.store);
    const names = await store.list();
    const bytes = names.includes(MODEL_FILE) ? await readStored(store, METRICS_FILE) : undefined;
    return bytes && (parseJson(bytes, store.path(METRICS_FILE)) as Metrics);
  }
}
