import { execFile } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { cpu } from '@sensorium/backend-node';
import { required, type Fusion } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { attention } from '@sensorium/fusion-attention';
import { bottleneck } from '@sensorium/fusion-bottleneck';
import { crossAttention } from '@sensorium/fusion-cross-attention';
import { perceiver } from '@sensorium/fusion-perceiver';
import { createScope, floatingPointOperations, toOnnx } from '@sensorium/graph';
import { residentMiB } from './memory.js';
import { fusionModel, type FusionModel } from './models/fusion-model.js';
import { batchSymbols, onlyBatch, randomBatches } from './models/model.js';
import { classes } from './models/training-model.js';
import { inScratch } from './scratch.js';
import { shortest, type Job } from './time.js';
import { trainingRun } from './training-run.js';
import { chosen, type Workload, type WorkloadOptions } from './workload.js';

/** With their defaults, but for the paper's form of the bottleneck. */
const fusions: Readonly<Record<string, () => Fusion>> = {
  attention: () => attention.create(attention.options.parse({}), new Map()),
  'cross-attention': () => crossAttention.create(crossAttention.options.parse({}), new Map()),
  bottleneck: () => bottleneck.create(bottleneck.options.parse({}), new Map()),
  'bottleneck-self-attention': () => bottleneck.create(bottleneck.options.parse({ selfAttention: true }), new Map()),
  perceiver: () => perceiver.create(perceiver.options.parse({}), new Map()),
};

const counts = [64, 128, 256, 512, 1024, 2048];

interface Part {
  readonly name: string;
  readonly fusion: string;
  readonly tokens: number;
}

const parts: readonly Part[] = Object.keys(fusions).flatMap((fusion) =>
  counts.map((tokens) => ({ name: `${fusion}-${tokens}`, fusion, tokens })),
);

/** Of one batch. */
interface Result {
  /** Of matrix products, forward. */
  readonly megaflop: number;
  readonly forwardMilliseconds: number;
  readonly stepMilliseconds: number;
  /** The most that the process had in training, over what it had before the model was loaded. */
  readonly peakMiB: number;
}

/** Time and memory of fusions against the number of tokens that they fuse. */
export const tokens: Workload = {
  description: 'time and memory of fusions of two inputs by the number of their tokens in all, width 128, batch 2; cpu',
  async run(options) {
    const chosenParts = chosen(parts, options.only);
    // A process remembers the most that it ever had, so that each part needs one of its own.
    const measure = chosenParts.length === 1 ? measureHere : measureApart;
    const workloads: Record<string, Result> = {};
    for (const part of chosenParts) {
      workloads[part.name] = await measure(part, options);
      await options.save({ workloads });
    }
    const rows = Object.entries(workloads).map(
      ([name, { megaflop, forwardMilliseconds, stepMilliseconds, peakMiB }]) => [
        name,
        megaflop.toFixed(0),
        forwardMilliseconds.toFixed(1),
        stepMilliseconds.toFixed(1),
        peakMiB.toFixed(0),
      ],
    );
    return { table: [['', 'MFLOP', 'ms forward', 'ms a step', 'peak MiB'], ...rows], result: { workloads } };
  },
};

async function measureHere({ fusion, tokens: count }: Part, { seed, rounds }: WorkloadOptions): Promise<Result> {
  const model = fusionModel(fusion, required(fusions[fusion], fusion)(), count);
  const batches = randomBatches(model, 1, seed, classes);
  const { forward, megaflop } = forwardJob(model, seed);
  const step = trainingRun(model, batches, { seed }).job;
  const before = residentMiB();
  const forwardMilliseconds = await timed(forward, rounds);
  const stepMilliseconds = await timed(step, rounds);
  return { megaflop, forwardMilliseconds, stepMilliseconds, peakMiB: process.resourceUsage().maxRSS / 1024 - before };
}

function forwardJob(model: FusionModel, seed: number): { readonly forward: Job; readonly megaflop: number } {
  const scope = createScope();
  const logits = model.logits(scope, batchSymbols(model).x);
  const weights = scope.parameters.map(({ name, shape, initialize }) => {
    return [name, { dtype: 'float32' as const, shape, data: initialize(shape, createRandom(seed, name)) }] as const;
  });
  const { x } = randomBatches(model, 1, seed, classes);
  const forward = {
    model: toOnnx({ outputs: { logits }, weights: Object.fromEntries(weights) }),
    feeds: { x: onlyBatch(x) },
  };
  return { forward, megaflop: floatingPointOperations([logits]) / 1e6 };
}

/** The shortest of a few runs after one that warms up, in milliseconds. */
async function timed({ model, feeds }: Job, rounds: number): Promise<number> {
  const session = await cpu.load(model);
  try {
    await session.run(feeds);
    return await shortest(() => session.run(feeds), 50 * rounds);
  } finally {
    await session.dispose();
  }
}

/** Runs this workload's part in another process. */
async function measureApart({ name }: Part, { seed, rounds }: WorkloadOptions): Promise<Result> {
  return inScratch('tokens', async (folder) => {
    const out = join(folder, 'result.json');
    const numbers = ['--seed', String(seed), '--rounds', String(rounds)];
    const program = required(process.argv[1], 'the program');
    await promisify(execFile)(process.execPath, [program, 'tokens', '--only', name, ...numbers, '--out', out]);
    const { workloads } = JSON.parse(await readFile(out, 'utf8')) as { workloads: Record<string, Result> };
    return required(workloads[name], `the result of ${name}`);
  });
}
