export interface Deadline {
  /** Infinity: none. */
  readonly seconds: number;
  /** What is thrown when they are over. */
  readonly late: () => Error;
  readonly signal: AbortSignal | undefined;
}

/** Timers of JavaScript know no longer time. */
const LONGEST = 2 ** 31 - 1;

/**
 * Gives work a signal that is aborted with the caller's, or when the time is over, which `again` starts anew. Then it throws the
 * signal's reason or `late()` at once, even where the work does not heed its signal.
 */
export function within<T>(
  { seconds, late, signal }: Deadline,
  work: (signal: AbortSignal, again: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  const milliseconds = seconds * 1000;
  const start = (): ReturnType<typeof setTimeout> | undefined =>
    milliseconds > LONGEST ? undefined : setTimeout(() => controller.abort(late()), milliseconds);
  let timer = start();
  const again = (): void => {
    clearTimeout(timer);
    timer = start();
  };
  signal?.addEventListener('abort', stop, { once: true });
  const aborted = new Promise<never>((_, reject) =>
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true }),
  );
  if (signal?.aborted) stop();
  return Promise.race([work(controller.signal, again), aborted]).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  });
}
