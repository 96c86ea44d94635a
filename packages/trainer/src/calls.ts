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

/** Throws SENSORIUM_USAGE for an `out` that callers without TypeScript gave wrongly. */
export function requireOut(out: unknown): void {
  if ((typeof out === 'string' && out !== '') || (typeof out === 'object' && out !== null)) return;
  throw wrong('out', out, 'a path or a store', "train('model.yaml', { out: 'model' })");
}

/** The same for `data`. */
export function requireData(data: unknown): void {
  if ((typeof data === 'string' && data !== '') || Array.isArray(data)) return;
  throw wrong('data', data, 'the path of a table or rows', "evaluate('model', { data: 'test.csv' })");
}

function wrong(option: string, given: unknown, expected: string, example: string): SensoriumError {
  const found = given === '' ? 'empty' : given === null ? 'null' : typeof given;
  return new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `the option "${option}" is ${found}; expected ${expected}`,
    hint: `For example: ${example}`,
  });
}
