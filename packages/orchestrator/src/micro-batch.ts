/** The largest group that is processed together. */
const LARGEST = 64;

interface Waiting<In, Out> {
  readonly item: In;
  resolve(result: Out): void;
  reject(error: unknown): void;
  /** Stops listening to the signal. */
  release(): void;
}

/**
 * Hands items to `process` one group after the other: an item that comes at rest goes at once, alone; those that come
 * while `process` is busy go together, next.
 *
 * A group that fails is processed again one by one, so that an error is its own item's only.
 */
export class MicroBatcher<In, Out> {
  private readonly queue: Waiting<In, Out>[] = [];
  private running: Promise<void> | undefined;
  private closed: { readonly reason: unknown } | undefined;

  /** @param process gives a result for each item, in their order */
  constructor(private readonly process: (items: readonly In[]) => Promise<readonly Out[]>) {}

  /** Rejects with the signal's reason if that is aborted before the item's turn comes. */
  async add(item: In, signal?: AbortSignal): Promise<Out> {
    signal?.throwIfAborted();
    if (this.closed) throw this.closed.reason;
    return new Promise((resolve, reject) => {
      const drop = (): void => this.drop(waiting, signal?.reason);
      const release = (): void => signal?.removeEventListener('abort', drop);
      const waiting = { item, resolve, reject, release };
      signal?.addEventListener('abort', drop, { once: true });
      this.queue.push(waiting);
      this.running ??= this.drain();
    });
  }

  /** Rejects with `reason` what waits and what comes from now on. Waits for what is running. */
  async close(reason: unknown): Promise<void> {
    this.closed = { reason };
    for (const waiting of this.queue.slice()) this.drop(waiting, reason);
    await this.running;
  }

  private drop(waiting: Waiting<In, Out>, reason: unknown): void {
    this.queue.splice(this.queue.indexOf(waiting), 1);
    waiting.release();
    waiting.reject(reason);
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      const group = this.queue.splice(0, LARGEST);
      for (const waiting of group) waiting.release();
      await this.settle(group);
    }
    this.running = undefined;
  }

  private async settle(group: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await this.process(group.map(({ item }) => item));
      group.forEach((waiting, index) => waiting.resolve(results[index] as Out));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const waiting of group) await this.settle([waiting]);
    }
  }
}
