import type { Random, SymbolicTensor, Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import {
  adamw,
  gemm,
  input,
  linear,
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  relu,
  schedule,
  slice,
  sum,
  toOnnx,
  trainingProgram,
  type TrainingProgram,
} from '@sensorium/graph';
import { shortestRuns, type Job } from './time.js';
import type { Workload } from './workload.js';

const batch = 256;
const widths = [1024, 1024, 1024, 10] as const;
const stepsPerRun = 20;

/**
 * One training step of a multilayer perceptron. The floor is the time that the matrix products of the step would take
 * if the machine reached on all of them the best rate that it reaches on one of them.
 */
export const step: Workload = {
  description: `training step of an MLP ${widths.join('-')}, batch ${batch}, AdamW, cpu`,
  async run({ seed, rounds }) {
    const variants = [
      { name: 'clip none', clip: null },
      { name: 'clip 1', clip: 1 },
    ];
    const shapes = distinct(products());
    const jobs = [
      ...variants.map(({ clip }) => trainingJob(perceptron(clip), createRandom(seed))),
      ...shapes.map(productJob),
    ];
    const times = await shortestRuns(jobs, rounds, 8);
    const rates = shapes.map((shape, index) => ({
      product: shape.join('×'),
      gigaflops: operations(shape) / (times[variants.length + index] ?? NaN) / 1e6,
    }));
    const best = Math.max(...rates.map(({ gigaflops }) => gigaflops));
    const work = products()
      .map(operations)
      .reduce((a, b) => a + b, 0);
    return {
      measurements: variants.map(({ name }, index) => ({
        name,
        milliseconds: (times[index] ?? NaN) / stepsPerRun,
        floorMilliseconds: work / best / 1e6,
      })),
      details: { batch, widths, stepsPerRun, gigaflopsPerStep: work / 1e9, rates },
    };
  },
};

/** rows, inner, columns */
type Product = readonly [number, number, number];

const operations = ([rows, inner, columns]: Product): number => 2 * rows * inner * columns;

/** Every matrix product of a step: forward, gradients of the weights, and of the inputs of all layers but the first. */
function products(): Product[] {
  return widths.slice(1).flatMap((width, layer): Product[] => {
    const before = widths[layer] ?? 1;
    const both: Product[] = [
      [batch, before, width],
      [before, batch, width],
    ];
    return layer === 0 ? both : [...both, [batch, width, before]];
  });
}

function distinct(shapes: readonly Product[]): Product[] {
  return [...new Map(shapes.map((shape) => [shape.join(), shape])).values()];
}

function productJob([rows, inner, columns]: Product): Job {
  const [a, b] = [input('a', 'float32', [rows, inner]), input('b', 'float32', [inner, columns])];
  // Only one row leaves the runtime, so that no large result is copied.
  return {
    model: toOnnx({ outputs: { row: slice(gemm(a, b), 0, 0, 1) } }),
    feeds: { a: filled([rows, inner], () => 0.5), b: filled([inner, columns], () => 0.5) },
  };
}

function perceptron(clip: number | null): TrainingProgram {
  return trainingProgram({
    batch: { x: { dtype: 'float32', shape: [batch, widths[0]] }, y: { dtype: 'int64', shape: [batch] } },
    build(scope, fed) {
      const { x, y } = fed as { x: SymbolicTensor; y: SymbolicTensor };
      const layers = widths.slice(1);
      const logits = layers.reduce((hidden, width, layer) => {
        const output = linear(scope.at(`layer${layer}`), hidden, width);
        return layer < layers.length - 1 ? relu(output) : output;
      }, x);
      return { loss: neg(mean(sum(mul(logSoftmax(logits), oneHot(y, widths[3])), [-1]))) };
    },
    optimizer: adamw(),
    learningRate: 1e-3,
    schedule: schedule({ shape: 'cosine', steps: 1000, warmup: 10 }),
    clip,
  });
}

function trainingJob(program: TrainingProgram, random: Random): Job {
  const labels = BigInt64Array.from({ length: stepsPerRun * batch }, () => BigInt(random.integer(widths[3])));
  return {
    model: program.model,
    feeds: {
      ...program.initialState(random),
      x: filled([stepsPerRun, batch, widths[0]], () => random.normal()),
      y: { dtype: 'int64', shape: [stepsPerRun, batch], data: labels },
      steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(stepsPerRun)) },
    },
  };
}

function filled(shape: readonly number[], value: () => number): Tensor {
  return { dtype: 'float32', shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).map(value) };
}
