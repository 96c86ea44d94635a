/** Room for so much at a time. Who asks first is first. */
export class Room {
  private free: number;
  private readonly queue: { readonly size: number; readonly enter: () => void }[] = [];

  constructor(private readonly size: number) {
    this.free = size;
  }

  /**
   * Waits until there is room for `size`; for more than there ever is, until all of it is free. Throws the signal's reason.
   *
   * @returns what leaves it again
   */
  async enter(size: number, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    const taken = Math.min(size, this.size);
    await new Promise<void>((resolve, reject) => {
      const waiting = { size: taken, enter };
      const leaveQueue = (): void => {
        this.queue.splice(this.queue.indexOf(waiting), 1);
        reject(signal?.reason as Error);
        this.admit();
      };
      function enter(): void {
        signal?.removeEventListener('abort', leaveQueue);
        resolve();
      }
      signal?.addEventListener('abort', leaveQueue, { once: true });
      this.queue.push(waiting);
      this.admit();
    });
    return () => {
      this.free += taken;
      this.admit();
    };
  }

  private admit(): void {
    for (let [first] = this.queue; first && first.size <= this.free; [first] = this.queue) {
      this.queue.shift();
      this.free -= first.size;
      first.enter();
    }
  }
}
