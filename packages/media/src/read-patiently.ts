import { SensoriumError } from '@sensorium/contracts';
import type { ReadLimits } from './read-limits.js';

/**
 * Does work that something far away takes part in. Each call of `heard` starts the time anew; after `idleSeconds` without one
 * the work's signal is aborted. Throws SENSORIUM_TIMEOUT, the reason of the caller's signal, and what the work throws.
 */
export async function readPatiently<T>(
  { name, idleSeconds, signal }: ReadLimits,
  work: (signal: AbortSignal, heard: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  const giveUp = (): void => controller.abort(silence(name, idleSeconds));
  let timer = setTimeout(giveUp, idleSeconds * 1000);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, idleSeconds * 1000);
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await work(controller.signal, heard);
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

const silence = (name: string, seconds: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_TIMEOUT',
    message: `"${name}" could not be fetched: the server has sent nothing for ${seconds} seconds`,
    hint: 'Try again later, or get the file in another way.',
    location: { file: name },
  });
