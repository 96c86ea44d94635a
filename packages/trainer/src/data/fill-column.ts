import type { Tensors, TensorSpecs } from '@sensorium/contracts';
import { prepareAll, type PreparedStore } from '@sensorium/data';
import { row as rowOf } from '@sensorium/tensors';
import type { Cache, KeepOptions } from './cache.js';
import type { Cell } from './cell.js';

export interface FillOptions {
  readonly cache: Cache;
  readonly folder: string;
  readonly key: string;
  readonly specs: TensorSpecs;
  readonly cells: readonly Cell[];
  readonly prepare: (cell: Cell) => Promise<Tensors>;
  /** Called with how many values are prepared. */
  readonly progress: (done: number) => void;
  /** Whether a later run may go on from what this one has prepared. */
  readonly isLasting: boolean;
  readonly signal?: AbortSignal;
}

/** Values that are prepared again at most where a run was killed. */
const PART = 4096;
/** Records that are copied at once. */
const BLOCK = 64;

/**
 * A store with what is made of all values. Many of them are prepared part by part, and each part is kept: a run that was killed is
 * gone on with from there, and nothing of a whole part is decoded again.
 */
export async function fillColumn(options: FillOptions): Promise<PreparedStore> {
  const { cache, folder, key, specs, cells, isLasting } = options;
  const parts = isLasting && cells.length > PART ? partsOf(options) : [];
  const all: KeepOptions = { folder, key, specs, count: cells.length };
  const store = await cache.keep(all, (empty) =>
    parts.length > 0 ? fillByParts(empty, parts, options) : fillPart(empty, cells, 0, options),
  );
  for (const part of parts) await cache.forget(part.kept);
  return store;
}

interface Part {
  readonly start: number;
  readonly kept: KeepOptions;
}

function partsOf({ cells, folder, key, specs }: FillOptions): Part[] {
  return Array.from({ length: Math.ceil(cells.length / PART) }, (_, index) => {
    const start = index * PART;
    const count = Math.min(PART, cells.length - start);
    return { start, kept: { folder, key: `${key}/${start}+${count}`, specs, count } };
  });
}

async function fillByParts(store: PreparedStore, parts: readonly Part[], options: FillOptions): Promise<void> {
  const { cache, cells, progress, signal } = options;
  for (const { start, kept } of parts) {
    const own = cells.slice(start, start + kept.count);
    const part = await cache.keep(kept, (empty) => fillPart(empty, own, start, options));
    try {
      await copy(part, store, start, signal);
    } finally {
      await part.dispose();
    }
    progress(start + kept.count);
  }
  await store.finish();
}

const fillPart = (
  store: PreparedStore,
  values: readonly Cell[],
  before: number,
  { prepare, progress, signal }: FillOptions,
): Promise<void> => prepareAll({ store, values, prepare, progress: ({ done }) => progress(before + done), signal });

async function copy(from: PreparedStore, to: PreparedStore, start: number, signal?: AbortSignal): Promise<void> {
  for (let first = 0; first < from.count; first += BLOCK) {
    signal?.throwIfAborted();
    const count = Math.min(BLOCK, from.count - first);
    const tensors = await from.read(Uint32Array.from({ length: count }, (_, index) => first + index));
    for (let index = 0; index < count; index++) await to.put(start + first + index, rowOf(tensors, index));
  }
}
