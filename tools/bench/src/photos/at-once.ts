import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { residentMiB } from '../memory.js';
import { watched, type Lag } from '../soak/readings.js';
import { loadLabels } from './labels.js';

export interface AtOnce {
  readonly calls: number;
  /** The most that the process had, over what it had when it was idle, with the model loaded. */
  readonly overIdleMiB: number;
  readonly seconds: number;
  readonly lag: Lag;
  /** Of the same process before the first photograph: what the machine itself is late by. */
  readonly idleLag: Lag;
}

/** As many calls of `pipeline.run` at once, with paths. In a process of its own, which remembers the most that it ever had. */
export async function runAtOnce(paths: readonly string[], calls: number, seed: number): Promise<AtOnce> {
  await using pipeline = await loadLabels(seed);
  const { lag: idleLag } = await watched(() => wait(2000));
  const idle = residentMiB();
  const start = performance.now();
  const { lag } = await watched(async () => {
    const photos = Array.from({ length: calls }, (_, index) => paths[index % paths.length] as string);
    await Promise.all(photos.map((photo) => pipeline.run({ photo })));
  });
  const seconds = (performance.now() - start) / 1000;
  return { calls, overIdleMiB: process.resourceUsage().maxRSS / 1024 - idle, seconds, lag, idleLag };
}
