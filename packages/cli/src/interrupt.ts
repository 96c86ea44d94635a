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

/** Ctrl-C, what supervisors send, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C may come twice: by the terminal, and by npx, which passes it on. */
const SAME_MS = 500;

/**
 * Runs work that the user can stop: the first Ctrl-C (SIGINT, SIGTERM, SIGHUP) aborts the signal, the second ends the
 * process at once. A terminal that is closed sends SIGHUP more than once, so that it is never the second.
 * Throws Interrupted once the work has stopped, and whatever else the work throws.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let since = 0;
  const interrupt = (name: NodeJS.Signals): void => {
    if (!controller.signal.aborted) {
      since = performance.now();
      tell('\nStopping. Once more to quit at once.');
      controller.abort(new Interrupted());
    } else if (name !== 'SIGHUP' && performance.now() - since > SAME_MS) {
      process.exit(130);
    }
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  // Where the terminal is gone, nobody reads what is told, and work has to end all the same.
  process.stderr.off('error', ignore).on('error', ignore);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted && isAbort(error) ? new Interrupted() : error;
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}

const ignore = (): void => undefined;

/** Node's own functions wrap the signal's reason in an error of theirs. */
const isAbort = (error: unknown): boolean =>
  error instanceof Interrupted || (error instanceof Error && error.name === 'AbortError');
