import { execFile } from 'node:child_process';
import { bin } from './places.js';

export interface BackendState {
  readonly name: string;
  readonly available: boolean;
  /** Why it is not available. */
  readonly reason?: string;
}

/** A driver that does not answer must not hang the command. */
const TIMEOUT_MILLISECONDS = 60_000;

/**
 * Tries a backend in a process of its own: what drivers and loaders print there is not for the user, and one that crashes
 * takes nothing along.
 */
export function probe(name: string): Promise<BackendState> {
  const options = { timeout: TIMEOUT_MILLISECONDS, encoding: 'utf8' } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, 'probe', name], options, (error, stdout) => {
      const state = stateIn(stdout);
      const ended = error?.signal ? `the signal ${error.signal}` : `the exit code ${error?.code ?? 0}`;
      resolve({ name, ...(state ?? { available: false, reason: `trying it ended the process with ${ended}` }) });
    });
  });
}

/** What the process found out, if it came so far. */
function stateIn(stdout: string): Omit<BackendState, 'name'> | undefined {
  try {
    return JSON.parse(stdout) as Omit<BackendState, 'name'>;
  } catch {
    return undefined;
  }
}
