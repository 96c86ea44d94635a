/**
 * Runs `task` for every item, in order, at most `limit` at a time. After a failure no further task is begun, and when
 * those under way have ended the failure of the earliest item is thrown: the same one however fast they were.
 */
export async function forEachConcurrently<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal | undefined,
  task: (item: T, index: number) => Promise<void>,
): Promise<void> {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`a concurrency is a positive integer, not ${limit}`);
  let failure: { index: number; error: unknown } | undefined;
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) {
      try {
        await task(item, index);
      } catch (error) {
        if (!failure || index < failure.index) failure = { index, error };
      }
      if (failure || signal?.aborted) return;
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (failure) throw failure.error;
  signal?.throwIfAborted();
}
