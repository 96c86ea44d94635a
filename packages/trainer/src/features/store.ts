import { required, SensoriumError, type Backend, type Tensor, type Tensors } from '@sensorium/contracts';
import { filledBatches, sha256, type PreparedStore } from '@sensorium/data';
import { emptyTensor, row as rowOf } from '@sensorium/tensors';
import type { Cache } from '../data/cache.js';
import type { Dataset } from '../data/dataset.js';
import { pick } from '../pick.js';
import { timed, type OnProgress } from '../progress.js';
import type { FeatureGroup } from './groups.js';
import type { FeaturePlan } from './plan.js';

/** The features of all rows of a dataset. */
export interface KeptFeatures {
  readonly bytesPerSample: number;
  /** [n,…] for each feature */
  read(rows: Uint32Array): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

export interface KeptFeaturesOptions {
  readonly plan: FeaturePlan;
  readonly dataset: Dataset;
  readonly frozen: Tensors;
  readonly backend: Backend;
  /** Where features are kept. */
  readonly cache: Cache;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Computes the features that an earlier run did not, and keeps them on disk. */
export async function openKeptFeatures(options: KeptFeaturesOptions): Promise<KeptFeatures> {
  const opened: GroupStore[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(opened.map((group) => group.dispose()));
  };
  try {
    for (const group of options.plan.groups) opened.push(await openGroup(group, options));
  } catch (error) {
    await dispose();
    throw error;
  }
  const specs = Object.values(options.plan.specs);
  return {
    bytesPerSample: specs.reduce((sum, spec) => sum + emptyTensor(spec, 1).data.byteLength, 0),
    async read(rows) {
      const tensors = await Promise.all(
        opened.map(({ store, records }) =>
          store.read(rows.map((row) => required(records[row], `the features of row ${row}`))),
        ),
      );
      return Object.assign({}, ...tensors) as Record<string, Tensor>;
    },
    dispose,
  };
}

interface GroupStore {
  readonly store: PreparedStore;
  /** The record of each row. */
  readonly records: Uint32Array;
  dispose(): Promise<void>;
}

async function openGroup(group: FeatureGroup, options: KeptFeaturesOptions): Promise<GroupStore> {
  const { dataset, frozen, cache } = options;
  const model = group.model(frozen);
  const { keys, isLasting } = dataset.identityOf(group.columns);
  const content = JSON.stringify([await sha256(model), keys]);
  const key = isLasting ? content : `${content}/${crypto.randomUUID()}`;
  const { records, rows } = distinctRows(dataset, group.columns);
  const kept = { folder: 'features', key, specs: group.specs, count: rows.length };
  const store = await cache.keep(kept, (empty) => fill(empty, model, rows, group, options));
  return { store, records, dispose: () => (isLasting ? store.dispose() : store.remove()) };
}

/** Rows that differ in the given columns, and for every row of the table the position of its like among them. */
function distinctRows(dataset: Dataset, columns: readonly string[]): { rows: Uint32Array; records: Uint32Array } {
  const positions = new Map<string, number>();
  const rows: number[] = [];
  const records = dataset.everything.rows.map((row) => {
    const key = dataset.recordsOf(columns, row).join();
    const position = positions.get(key) ?? rows.push(row) - 1;
    positions.set(key, position);
    return position;
  });
  return { rows: Uint32Array.from(rows), records };
}

/** Runs the frozen model over the rows, in batches of its size, of which the last is filled up. */
async function fill(
  store: PreparedStore,
  model: Uint8Array,
  rows: Uint32Array,
  { columns }: FeatureGroup,
  { plan: { batchSize }, dataset, backend, onProgress, signal }: KeptFeaturesOptions,
): Promise<void> {
  const report = timed(onProgress);
  const session = await backend.load(model, { isolate: true });
  try {
    let done = 0;
    const only = new Set(columns);
    for (const { rows: full, count } of filledBatches(rows, batchSize)) {
      signal?.throwIfAborted();
      const features = await session.run(pick(await dataset.read(full, { only }), session.inputNames));
      for (let index = 0; index < count; index++) {
        const one = rowOf(features, index);
        checkFinite(one, columns);
        await store.put(done + index, one);
      }
      done += count;
      report({ phase: 'features', subject: namesOf(columns), done, total: rows.length });
    }
    await store.finish();
  } finally {
    await session.dispose();
  }
}

/** Throws BeyondHalf, or SENSORIUM_NOT_FINITE where float32 does not hold the features either. */
function checkFinite(features: Tensors, columns: readonly string[]): void {
  for (const { dtype, data } of Object.values(features)) {
    if (dtype === 'float16' && data.some((bits) => (Number(bits) & HALF_EXPONENT) === HALF_EXPONENT)) {
      throw new BeyondHalf();
    }
    if (dtype === 'float32' && data.some((value) => !Number.isFinite(Number(value)))) throw notFiniteFeatures(columns);
  }
}

/** All ones: infinite, or not a number. */
const HALF_EXPONENT = 0x7c00;

/** Features that float16 does not hold: beyond 65504. */
export class BeyondHalf extends Error {}

const notFiniteFeatures = (columns: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NOT_FINITE',
    message: `what the frozen layers make of ${namesOf(columns)} is infinite or not a number`,
    hint: 'Look at the weights that they start from, and at how their input is scaled.',
    location: { key: columns.join(', ') },
  });

/** `image, question` of the keys of columns */
const namesOf = (columns: readonly string[]): string => columns.map((key) => key.replace(/^\w+\./, '')).join(', ');
