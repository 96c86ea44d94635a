/**
 * Reads `source` ahead of its consumer: `depth` items are asked for while the consumer works on one. Order and errors
 * are those of `source`, which is closed when the consumer stops early.
 */
export async function* prefetch<T>(source: AsyncIterable<T>, depth: number): AsyncGenerator<T, void, undefined> {
  if (!Number.isInteger(depth) || depth < 1) throw new RangeError(`a depth is a positive integer, not ${depth}`);
  const iterator = source[Symbol.asyncIterator]();
  const next = (): Promise<IteratorResult<T>> => {
    const item = iterator.next();
    // It may fail before its turn comes to be awaited, which would otherwise count as unhandled and end the process.
    item.catch(() => undefined);
    return item;
  };
  const ahead = Array.from({ length: depth }, next);
  try {
    for (;;) {
      const item = await (ahead.shift() as Promise<IteratorResult<T>>);
      if (item.done) return;
      ahead.push(next());
      yield item.value;
    }
  } finally {
    await iterator.return?.();
  }
}
