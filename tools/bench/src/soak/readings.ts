import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';

/** Between readings of the memory. */
const EVERY = 1000;
/** Of the timer that measures lag, in milliseconds. */
const RESOLUTION = 5;

export interface Reading {
  readonly seconds: number;
  readonly residentMiB: number;
  readonly heapMiB: number;
}

/** By how many milliseconds timers came late. */
export interface Lag {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

/** Reads memory and the lag of the event loop while work goes on. */
export async function watched(work: () => Promise<void>): Promise<{ readings: Reading[]; lag: Lag }> {
  const readings: Reading[] = [];
  const start = performance.now();
  const read = (): void => {
    const { rss, heapUsed } = process.memoryUsage();
    readings.push({
      seconds: (performance.now() - start) / 1000,
      residentMiB: mebibytes(rss),
      heapMiB: mebibytes(heapUsed),
    });
  };
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  const timer = setInterval(read, EVERY);
  delay.enable();
  try {
    await work();
  } finally {
    delay.disable();
    clearInterval(timer);
    read();
  }
  // The histogram counts from one tick to the next, the pause between them included.
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
  return { readings, lag: { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) } };
}
