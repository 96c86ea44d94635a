import { tell } from './terminal/output.js';

/** The user stopped a command. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(
    /** How to go on. */
    readonly hint?: string,
  ) {
    super('Interrupted.');
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs work that the user can stop: the first Ctrl-C (or SIGTERM) aborts the signal, the second ends the process at once.
 * Throws Interrupted once the work has stopped, and whatever else the work throws.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    tell('\nStopping. Once more to quit at once.');
    controller.abort(new Interrupted());
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted && isAbort(error) ? new Interrupted() : error;
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}

/** Node's own functions wrap the signal's reason in an error of theirs. */
const isAbort = (error: unknown): boolean =>
  error instanceof Interrupted || (error instanceof Error && error.name === 'AbortError');
