import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { cpu } from '@sensorium/backend-node';
import type { Backend, Tensors } from '@sensorium/contracts';

/** Something to run: a model and what it is fed. */
export interface Job {
  readonly model: Uint8Array;
  readonly feeds: Tensors;
}

/**
 * Runs for so long, at least twice, after one run that warms up; gives the shortest in milliseconds. The session is alone
 * in the process and gone afterwards, so that its threads do not disturb the next measurement.
 */
export async function shortestRun(
  { model, feeds }: Job,
  milliseconds: number,
  backend: Backend = cpu,
): Promise<number> {
  // Threads of the session before this one still spin for a moment.
  await wait(50);
  const session = await backend.load(model);
  try {
    await session.run(feeds);
    return await shortest(() => session.run(feeds), milliseconds);
  } finally {
    await session.dispose();
  }
}

/** Does something for so long, at least twice; gives the shortest time in milliseconds. */
export async function shortest(work: () => Promise<unknown>, milliseconds: number): Promise<number> {
  const durations: number[] = [];
  const start = performance.now();
  while (durations.length < 2 || performance.now() - start < milliseconds) {
    const before = performance.now();
    await work();
    durations.push(performance.now() - before);
  }
  return Math.min(...durations);
}

/** Measurements that take longer than this in all are not repeated. */
const patience = 60_000;

/**
 * The best of each measurement in milliseconds. Every round takes all of them in turn, so that a slow spell of the machine
 * hits all alike; the slowest sit out the later rounds.
 */
export async function bestInTurns(measures: readonly (() => Promise<number>)[], rounds: number): Promise<number[]> {
  const turns = measures.map((measure) => ({ measure, best: Infinity, spent: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const turn of turns) {
      if (turn.spent > patience) continue;
      const start = performance.now();
      turn.best = Math.min(turn.best, await turn.measure());
      turn.spent += performance.now() - start;
    }
  }
  return turns.map(({ best }) => best);
}
