import { SensoriumError } from '@sensorium/contracts';

/**
 * Does work that a signal may stop, and throws the signal's own reason then: functions of Node put an AbortError of theirs
 * in its place.
 */
export async function stoppable<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') signal?.throwIfAborted();
    throw error;
  }
}

/** Throws SENSORIUM_USAGE for a path that callers without TypeScript left out. */
export function requirePath(path: unknown, option: string, example: string): void {
  if (typeof path === 'string' && path !== '') return;
  throw new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `the option "${option}" is ${path === '' ? 'empty' : path === null ? 'null' : typeof path}; expected a path`,
    hint: `For example: ${example}`,
  });
}
