import { cpu, cuda, webgpu } from '@sensorium/backend-node';
import type { Backend } from '@sensorium/contracts';
import { timePipeline, type PipelineTiming } from './backend-pipeline.js';
import { timeSteps, type StepTiming } from './backend-steps.js';
import { firstLine } from './first-line.js';
import { mlp } from './models/mlp.js';
import { transformer } from './models/transformer.js';
import { buildModel } from './pipeline-model.js';
import { chosen, type Workload } from './workload.js';

const all: readonly Backend[] = [cpu, webgpu, cuda];
const models = [mlp, transformer];
const milliseconds = 2000;
/** Largest difference of a loss, as a share, or of a probability, from that on cpu. */
const tolerance = 1e-3;

type Failed = { readonly error: string };

type Result =
  | { readonly available: false; readonly reason: string }
  | {
      readonly available: true;
      readonly steps: Record<string, StepTiming | Failed>;
      readonly pipeline: PipelineTiming | Failed;
    };

/** The graphics card beside the processor: training steps, and a pipeline. */
export const backends: Workload = {
  description: 'training steps (mlp, transformer) and a pipeline on each backend of Node: cpu, webgpu, cuda',
  async run({ seed, only, save }) {
    const results: Record<string, Result> = {};
    for (const backend of chosen(all, only)) {
      const changed = async (result: Result): Promise<void> => {
        results[backend.name] = result;
        await save({ backends: results });
      };
      await measure(backend, seed, changed);
    }
    const parts = Object.values(results).flatMap((one) =>
      one.available ? [one.pipeline, ...Object.values(one.steps)] : [],
    );
    return {
      table: [
        ['', 'ms', 'GFLOP/s', 'samples/s', 'from cpu'],
        ...Object.entries(results).flatMap(([name, result]) => rowsOf(name, result)),
      ],
      result: { backends: results },
      failed: parts.some((part) => 'error' in part || !(part.difference <= tolerance)),
    };
  },
};

/** Tells the result after every measurement; the pipeline, of few operators, comes first. */
async function measure(backend: Backend, seed: number, changed: (result: Result) => Promise<void>): Promise<void> {
  const availability = await backend.available();
  if (!availability.available) return changed({ available: false, reason: availability.reason });
  console.error(`${backend.name}: a pipeline`);
  const pipeline = await attempt(async () => timePipeline(await buildModel(seed), backend.name, milliseconds));
  const result: Result = { available: true, steps: {}, pipeline };
  await changed(result);
  for (const model of models) {
    console.error(`${backend.name}: ${model.description}`);
    result.steps[model.name] = await attempt(() => timeSteps(model, backend, seed, milliseconds));
    await changed(result);
  }
}

/** What fails on one backend leaves the others to be measured. */
async function attempt<T>(work: () => Promise<T>): Promise<T | Failed> {
  try {
    return await work();
  } catch (error) {
    return { error: firstLine(error) };
  }
}

function rowsOf(name: string, result: Result): (readonly string[])[] {
  if (!result.available) return [[`${name}: ${result.reason}`]];
  const { steps, pipeline } = result;
  return [
    ...Object.entries(steps).map(([model, step]) =>
      'error' in step ? [`${name}, ${model}: ${step.error}`] : stepRow(`${name}, ${model}`, step),
    ),
    'error' in pipeline ? [`${name}, pipeline: ${pipeline.error}`] : pipelineRow(`${name}, pipeline`, pipeline),
  ];
}

const stepRow = (title: string, { milliseconds, gigaflopsPerSecond, difference }: StepTiming): string[] => [
  title,
  milliseconds.toFixed(2),
  gigaflopsPerSecond.toFixed(0),
  '',
  difference.toExponential(1),
];

const pipelineRow = (title: string, { milliseconds, samplesPerSecond, difference }: PipelineTiming): string[] => [
  title,
  milliseconds.toFixed(2),
  '',
  samplesPerSecond.toFixed(0),
  difference.toExponential(1),
];
