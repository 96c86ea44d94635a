import process from 'node:process';
import { workerData } from 'node:worker_threads';
import type { Limits } from './input.js';
import { processorTime, signals, slots, type WatchdogData } from './process/watch.js';

const everyMilliseconds = 20;

const { shared, limits } = workerData as WatchdogData;
const cells = new Float64Array(shared);

/** In a turn of the watchdog, a process that does nothing takes less. */
const idleMicroseconds = 1000;

/** The processor's time at the last turn, and for how many turns nothing but this thread has worked. */
let [lastTime, idleTurns] = [0, 0];

/** The limit that is passed; undefined for none. */
function passed(): keyof Limits | undefined {
  const { [slots.processor]: processor = 0, [slots.resident]: resident = 0 } = cells;
  const [now, time] = [process.memoryUsage.rss(), processorTime()];
  cells[slots.largest] = Math.max(cells[slots.largest] ?? 0, now);
  // Turns and not the clock: on a busy machine this thread waits as long as the one that it watches.
  idleTurns = time - lastTime < idleMicroseconds ? idleTurns + 1 : 0;
  lastTime = time;
  if ((time - processor) / 1e6 > limits.seconds) return 'seconds';
  if (now - resident > limits.mebibytes * 2 ** 20) return 'mebibytes';
  return idleTurns * everyMilliseconds > limits.idleSeconds * 1000 ? 'idleSeconds' : undefined;
}

setInterval(() => {
  if (cells[slots.isRunning] !== 1) return void (idleTurns = 0);
  const limit = passed();
  if (limit) process.kill(process.pid, signals[limit]);
}, everyMilliseconds);
