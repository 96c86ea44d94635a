export interface BatchOptions {
  /** Samples in the order in which they are taken. */
  readonly order: Uint32Array;
  readonly batchSize: number;
  /**
   * `training`: every batch is full. The samples that are left over are dropped; if there are fewer than one batch,
   * they are repeated. `evaluation`: every sample once, the last batch may be shorter.
   */
  readonly mode: 'training' | 'evaluation';
}

/** Cuts `order` into batches of sample indices. None if there are no samples. */
export function* batches({ order, batchSize, mode }: BatchOptions): Generator<Uint32Array> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`a batch size is a positive integer, not ${batchSize}`);
  }
  const count = order.length;
  if (mode === 'training' && count > 0 && count < batchSize) {
    yield Uint32Array.from({ length: batchSize }, (_, index) => order[index % count] as number);
    return;
  }
  const end = mode === 'training' ? count - (count % batchSize) : count;
  for (let start = 0; start < end; start += batchSize) {
    yield order.slice(start, Math.min(start + batchSize, end));
  }
}
