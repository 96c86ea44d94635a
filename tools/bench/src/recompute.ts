import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { cpu } from '@sensorium/backend-node';
import { required } from '@sensorium/contracts';
import { residentMiB } from './memory.js';
import { randomBatches } from './models/model.js';
import { classes } from './models/training-model.js';
import { deepTransformer as model } from './models/transformer.js';
import { trainingRun } from './training-run.js';
import { chosen, type Workload, type WorkloadOptions } from './workload.js';

interface Part {
  readonly name: string;
  readonly segments: number;
}

const parts: readonly Part[] = [1, 2, 4, 8].map((segments) => ({ name: `segments-${segments}`, segments }));

interface Result {
  /** Of a step. */
  readonly milliseconds: number;
  /** The most that the process had, over what it had before the model was loaded. */
  readonly peakMiB: number;
  readonly losses: readonly number[];
}

/** Memory and time where parts of the forward pass are computed again instead of kept. */
export const recompute: Workload = {
  description: `memory of a training step that computes the forward pass in segments again: ${model.description}; cpu`,
  async run(options) {
    const chosenParts = chosen(parts, options.only);
    // A process remembers the most that it ever had, so that each part needs one of its own.
    const measure = chosenParts.length === 1 ? measureHere : measureApart;
    const results: Record<string, Result> = {};
    for (const part of chosenParts) results[part.name] = await measure(part, options);
    const rows = Object.entries(results).map(([name, { milliseconds, peakMiB, losses }]) => [
      name,
      peakMiB.toFixed(0),
      milliseconds.toFixed(1),
      required(losses.at(-1), 'the last loss').toFixed(6),
    ]);
    return { table: [['', 'peak MiB', 'ms a step', 'last loss'], ...rows], result: { workloads: results } };
  },
};

async function measureHere({ segments }: Part, { seed, rounds }: WorkloadOptions): Promise<Result> {
  const batches = randomBatches(model, model.stepsPerRun, seed, classes);
  const { job } = trainingRun(model, batches, { seed, segments });
  const before = residentMiB();
  const session = await cpu.load(job.model);
  try {
    let shortest = Infinity;
    let losses: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      const { loss } = await session.run(job.feeds);
      shortest = Math.min(shortest, performance.now() - start);
      losses = Array.from(required(loss, 'the losses').data, Number);
    }
    const peakMiB = process.resourceUsage().maxRSS / 1024 - before;
    return { milliseconds: shortest / model.stepsPerRun, peakMiB, losses };
  } finally {
    await session.dispose();
  }
}

/** Runs this workload's part in another process. */
async function measureApart({ name }: Part, { seed, rounds }: WorkloadOptions): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-recompute-'));
  const out = join(folder, 'result.json');
  try {
    const numbers = ['--seed', String(seed), '--rounds', String(rounds)];
    const program = required(process.argv[1], 'the program');
    await promisify(execFile)(process.execPath, [program, 'recompute', '--only', name, ...numbers, '--out', out]);
    const { workloads } = JSON.parse(await readFile(out, 'utf8')) as { workloads: Record<string, Result> };
    return workloads[name] as Result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
