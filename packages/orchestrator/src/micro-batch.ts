/** The largest group that waits for one run together. */
const LARGEST = 64;

interface Waiting<In, Out> {
  readonly item: In;
  resolve(result: Out): void;
  reject(error: unknown): void;
}

/**
 * Gathers items that arrive while `process` is busy and hands them over together. An item that arrives at rest goes at
 * once, so that a lone one never waits.
 */
export class MicroBatcher<In, Out> {
  private queue: Waiting<In, Out>[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly process: (items: readonly In[]) => Promise<readonly Out[]>) {}

  /** Rejects with the signal's reason if it is aborted before the item's turn comes. */
  add(item: In, signal?: AbortSignal): Promise<Out> {
    return new Promise((resolve, reject) => {
      const waiting = { item, resolve, reject };
      signal?.addEventListener('abort', () => this.drop(waiting, signal.reason), { once: true });
      this.queue.push(waiting);
      this.running ??= this.drain();
    });
  }

  /** Waits until nothing is running; what still waits is rejected with `reason`. */
  async close(reason: unknown): Promise<void> {
    for (const waiting of this.queue.splice(0)) waiting.reject(reason);
    await this.running;
  }

  private drop(waiting: Waiting<In, Out>, reason: unknown): void {
    const index = this.queue.indexOf(waiting);
    if (index < 0) return;
    this.queue.splice(index, 1);
    waiting.reject(reason);
  }

  private async drain(): Promise<void> {
    // One turn of the event loop lets calls of the same moment come together.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const group = this.queue.splice(0, LARGEST);
      try {
        const results = await this.process(group.map(({ item }) => item));
        group.forEach((waiting, index) => waiting.resolve(results[index] as Out));
      } catch (error) {
        group.forEach((waiting) => waiting.reject(error));
      }
    }
    this.running = undefined;
  }
}
