import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { cpu } from '@sensorium/backend-node';
import type { Tensors } from '@sensorium/contracts';

/** Something to run: a model and what it is fed. */
export interface Job {
  readonly model: Uint8Array;
  readonly feeds: Tensors;
}

/**
 * The shortest of `repeats` runs in milliseconds, after one that warms up. The session is alone in the process and gone
 * afterwards, so that its threads do not disturb the next measurement.
 */
async function shortestRun({ model, feeds }: Job, repeats: number): Promise<number> {
  // Threads of the session before this one still spin for a moment.
  await wait(50);
  const session = await cpu.load(model);
  try {
    await session.run(feeds);
    let shortest = Infinity;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const start = performance.now();
      await session.run(feeds);
      shortest = Math.min(shortest, performance.now() - start);
    }
    return shortest;
  } finally {
    await session.dispose();
  }
}

/** The shortest run of each job over several rounds. Every round measures all of them, so that a slow spell of the machine hits all alike. */
export async function shortestRuns(jobs: readonly Job[], rounds: number, repeats: number): Promise<number[]> {
  const shortest = jobs.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [index, job] of jobs.entries()) {
      shortest[index] = Math.min(shortest[index] ?? Infinity, await shortestRun(job, repeats));
    }
  }
  return shortest;
}
