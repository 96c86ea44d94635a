import { dirname, join } from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { required } from '@sensorium/contracts';
import type { Limits } from '../input.js';

/** What the watchdog is told, and tells: time in microseconds, memory in bytes. */
export const slots = { isRunning: 0, processor: 1, resident: 2, largest: 3 } as const;

export interface WatchdogData {
  readonly shared: SharedArrayBuffer;
  readonly limits: Limits;
}

/**
 * Signals by which the watchdog ends the process, which may not be able to say anything any more. For memory the one that the
 * system itself sends when there is none left.
 */
export const signals = { seconds: 'SIGVTALRM', mebibytes: 'SIGKILL', idleSeconds: 'SIGALRM' } as const satisfies Record<
  keyof Limits,
  NodeJS.Signals
>;

export const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Watches what an input costs, from a thread of its own: the one that reads the input may never return. */
export class Watch {
  readonly #cells: Float64Array;

  constructor(limits: Limits) {
    const shared = new SharedArrayBuffer(8 * Object.keys(slots).length);
    this.#cells = new Float64Array(shared);
    const workerData: WatchdogData = { shared, limits };
    const program = required(process.argv[1], 'the program');
    new Worker(join(dirname(program), 'watchdog.js'), { workerData }).unref();
  }

  begin(): void {
    const resident = process.memoryUsage.rss();
    this.#cells[slots.processor] = processorTime();
    this.#cells[slots.resident] = resident;
    this.#cells[slots.largest] = resident;
    this.#cells[slots.isRunning] = 1;
  }

  end(): { seconds: number; mebibytes: number } {
    this.#cells[slots.isRunning] = 0;
    const { [slots.processor]: before = 0, [slots.resident]: resident = 0, [slots.largest]: largest = 0 } = this.#cells;
    const grown = Math.max(largest, process.memoryUsage.rss()) - resident;
    return { seconds: (processorTime() - before) / 1e6, mebibytes: Math.max(0, grown / 2 ** 20) };
  }
}
