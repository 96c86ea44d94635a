import { fork, type ChildProcess } from 'node:child_process';
import { SensoriumError } from '@sensorium/contracts';
import type { Metrics, TrainOptions } from '@sensorium/trainer';
import { bin } from '../places.js';
import { STOP, type Job, type Message } from './messages.js';

/**
 * Trains in a process of its own, so that its memory is known, and one that the system ends takes nothing along. Throws what
 * training throws; SENSORIUM_OUT_OF_MEMORY and SENSORIUM_UNEXPECTED for a process that ended before it was done; the signal's
 * reason, once the training has saved its checkpoint.
 */
export function trainApart(source: string, options: TrainOptions): Promise<Metrics> {
  const { onProgress, signal } = options;
  const job: Job = { source, options: jsonOf(options) };
  const child = fork(bin, ['train-apart', JSON.stringify(job)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const said = lastWordsOf(child);
  let ending: Exclude<Message, { progress: unknown }> | undefined;
  child.on('message', (message: Message) => {
    if ('progress' in message) onProgress?.(message.progress);
    else ending = message;
  });
  const stop = (): void => void (child.connected && child.send(STOP));
  signal?.addEventListener('abort', stop);
  return new Promise<Metrics>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, ended) => {
      if (ending && 'trained' in ending) resolve(JSON.parse(ending.trained) as Metrics);
      else if (signal?.aborted) reject(signal.reason as Error);
      else reject(new SensoriumError(ending ? ending.failed : broken(code, ended, said())));
    });
  }).finally(() => signal?.removeEventListener('abort', stop));
}

function jsonOf({ out, set, alone, backend, resume, overwrite }: TrainOptions): Job['options'] {
  if (typeof out !== 'string') throw new Error('another process trains into a folder on the disk');
  return { out, set, alone, backend, resume, overwrite };
}

/** Characters. */
const MOST_WORDS = 2000;

/** The end of what a process writes where errors go: why it broke, if it knew. */
function lastWordsOf({ stderr }: ChildProcess): () => string {
  let words = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-MOST_WORDS)));
  return () => words.trim();
}

function broken(code: number | null, signal: NodeJS.Signals | null, said: string) {
  const ended = signal === null ? `the exit code ${code}` : `the signal ${signal}`;
  const message = [`its process ended with ${ended}`, said].filter(Boolean).join(': ');
  return signal === 'SIGKILL'
    ? ({
        code: 'SENSORIUM_OUT_OF_MEMORY',
        message,
        hint: 'So the system ends a process where memory runs out: take smaller batches, or training.recompute. The same command tries again.',
      } as const)
    : ({ code: 'SENSORIUM_UNEXPECTED', message, hint: 'The same command tries again.' } as const);
}
