/**
 * Maps items with at most `limit` tasks at a time; results come in the order of the items. The first failure, in that
 * order, is thrown.
 */
export async function* inOrder<Item, Out>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  task: (item: Item) => Promise<Out>,
): AsyncGenerator<Out> {
  const running: Promise<Out>[] = [];
  for await (const item of items) {
    const promise = task(item);
    // A failure is thrown when its turn comes, and if it never does, it is not left unhandled.
    promise.catch(() => undefined);
    running.push(promise);
    if (running.length >= limit) yield* first(running);
  }
  while (running.length > 0) yield* first(running);
}

async function* first<Out>(running: Promise<Out>[]): AsyncGenerator<Out> {
  const promise = running.shift();
  if (promise) yield await promise;
}
