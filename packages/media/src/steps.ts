/** A computation that stops for a moment after every step of much less than a millisecond, such as a row of pixels. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** To its end, without a stop. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** How long the event loop waits at most. */
const turnMilliseconds = 4;

/** To its end, with turns of the event loop for others between. Throws the signal's reason. */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    const end = performance.now() + turnMilliseconds;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (performance.now() < end);
    await nextTurn();
  }
}

/** A message instead of a timer, which browsers make wait for 4 ms, and for a second in a tab that nobody sees. */
function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
