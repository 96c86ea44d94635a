import type { Tensors } from '@sensorium/contracts';
import { forEachConcurrently } from './concurrency.js';
import type { PreparedStore } from './prepared-store.js';

export interface PrepareOptions<T> {
  /** Filled and finished here, unless an earlier run did. Its key must cover the values and how they are prepared. */
  readonly store: PreparedStore;
  /** One for each record, in their order. */
  readonly values: readonly T[];
  /** Called once for every value, at most `concurrency` at a time. */
  readonly prepare: (value: T) => Promise<Tensors>;
  /** Default 4. */
  readonly concurrency?: number;
  /** Called after every value. */
  readonly progress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Fills a store with what is made of the values. The first value that fails ends the work, and its error is thrown; after
 * that, or an abort, the store can only be disposed.
 */
export async function fillPrepared<T>(options: PrepareOptions<T>): Promise<void> {
  const { store, values, prepare, concurrency = 4, progress, signal } = options;
  signal?.throwIfAborted();
  if (store.finished) {
    if (store.count === values.length) return;
    throw new Error(`the store has ${store.count} records for ${values.length} values: its key does not cover them`);
  }
  let done = 0;
  await forEachConcurrently(values, concurrency, signal, async (value, index) => {
    await store.put(index, await prepare(value));
    done++;
    progress?.({ done, total: values.length });
  });
  await store.finish();
}
