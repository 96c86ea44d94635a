import { SensoriumError } from '@sensorium/contracts';
import { errorOf, type Reply, type Request } from './worker/serve.js';
import type { Tasks } from './worker/worker.js';

type Name = keyof Tasks;
type Parameters<N extends Name> = Tasks[N] extends (parameters: infer P, ...rest: never[]) => unknown ? P : never;
type Result<N extends Name> = Awaited<ReturnType<Tasks[N]>>;

interface Options {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: never) => void;
}

interface Waiting {
  readonly onProgress: ((progress: never) => void) | undefined;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** The worker in which everything is computed, so that the page stays free. */
export class Engine {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  /** Throws what the task throws: a SensoriumError, and the signal's reason. */
  run<N extends Name>(task: N, parameters: Parameters<N>, { signal, onProgress }: Options = {}): Promise<Result<N>> {
    signal?.throwIfAborted();
    const id = ++this.last;
    const stop = (): void => this.post({ id, stop: true });
    signal?.addEventListener('abort', stop);
    return new Promise<Result<N>>((resolve, reject) => {
      this.waiting.set(id, { onProgress, resolve, reject });
      this.post({ id, task, parameters });
    })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      })
      .finally(() => signal?.removeEventListener('abort', stop));
  }

  private post(request: Request): void {
    this.worker ??= this.start();
    this.worker.postMessage(request);
  }

  private start(): Worker {
    const worker = new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module', name: 'sensorium' });
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => this.receive(data));
    worker.addEventListener('error', ({ message }) => this.fail(message));
    return worker;
  }

  private receive(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    if ('progress' in reply) return waiting.onProgress?.(reply.progress as never);
    this.waiting.delete(reply.id);
    if ('result' in reply) waiting.resolve(reply.result as never);
    else waiting.reject(errorOf(reply.error));
  }

  /** The worker is gone, and the next call starts another. */
  private fail(message: string): void {
    const error = new SensoriumError({
      code: 'SENSORIUM_UNEXPECTED',
      message: `the part of this page that computes has stopped${message ? `: ${message}` : ''}`,
      hint: 'Try again. If it stops once more, reload the page: what you taught is kept.',
    });
    this.worker?.terminate();
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
