import process from 'node:process';
import { workerData } from 'node:worker_threads';
import type { Limits } from './input.js';
import { clock, processorTime, signals, slots, type WatchdogData } from './process/watch.js';

const everyMilliseconds = 20;

const { shared, limits } = workerData as WatchdogData;
const cells = new Float64Array(shared);

/** The limit that is passed; undefined for none. */
function passed(): keyof Limits | undefined {
  const { [slots.processor]: processor = 0, [slots.clock]: begun = 0, [slots.resident]: resident = 0 } = cells;
  const now = process.memoryUsage.rss();
  cells[slots.largest] = Math.max(cells[slots.largest] ?? 0, now);
  const seconds = (processorTime() - processor) / 1e6;
  if (seconds > limits.seconds) return 'seconds';
  if (now - resident > limits.mebibytes * 2 ** 20) return 'mebibytes';
  const waited = (clock() - begun) / 1e6;
  return waited > limits.idleSeconds && seconds < limits.seconds / 10 ? 'idleSeconds' : undefined;
}

setInterval(() => {
  if (cells[slots.isRunning] !== 1) return;
  const limit = passed();
  if (limit) process.kill(process.pid, signals[limit]);
}, everyMilliseconds);
