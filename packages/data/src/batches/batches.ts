/** Cuts `order` into batches of sample indices, all of them full. The samples that are left over are dropped. */
export function* batches(order: Uint32Array, batchSize: number): Generator<Uint32Array> {
  requireSize(batchSize);
  for (let start = 0; start + batchSize <= order.length; start += batchSize) {
    yield order.slice(start, start + batchSize);
  }
}

/** A full batch of which the first `count` samples are meant. */
export interface FilledBatch {
  readonly rows: Uint32Array;
  readonly count: number;
}

/**
 * Cuts `order` into full batches that have every sample once. The last one is filled up with samples from the beginning, so
 * that none stands in it twice unless there are fewer samples than one batch.
 */
export function* filledBatches(order: Uint32Array, batchSize: number): Generator<FilledBatch> {
  requireSize(batchSize);
  for (let start = 0; start < order.length; start += batchSize) {
    const rows = Uint32Array.from({ length: batchSize }, (_, index) => order[(start + index) % order.length] as number);
    yield { rows, count: Math.min(batchSize, order.length - start) };
  }
}

function requireSize(batchSize: number): void {
  if (Number.isInteger(batchSize) && batchSize >= 1) return;
  throw new RangeError(`a batch size is a positive integer, not ${batchSize}`);
}
