import type { Scope, SymbolicTensor, Tensor, Tensors } from '@sensorium/contracts';
import {
  concat,
  convolution,
  createScope,
  dropout,
  embedding,
  flatten,
  input,
  linear,
  log,
  logSoftmax,
  maximum,
  mean,
  melSpectrogram,
  mlp,
  neg,
  oneHot,
  relu,
  softmax,
  sum,
  mul,
  toOnnx,
  transformerBlock,
  transpose,
} from '@sensorium/graph';
import { adamw, schedule, sgd, trainingProgram, type Optimizer } from '@sensorium/training';
import { differences } from './compare.js';
import { randomTensor, someWeights } from './graph/random.js';
import { filled } from './tensors.js';
import { trainingFeeds } from './train.js';

/** A model with numbers to feed it. */
export interface ReferenceModel {
  readonly name: string;
  readonly model: Uint8Array;
  readonly inputs: Tensors;
  /** Outputs that must agree. Default: all */
  readonly outputs?: readonly string[];
  /** How closely, as a share. Default 1e-4 */
  readonly relative?: number;
}

/** What of a model two backends compute differently, in words. */
export function disagreements(model: ReferenceModel, actual: Tensors, expected: Tensors): string[] {
  const { outputs = Object.keys(expected), relative } = model;
  const compared = Object.fromEntries(outputs.flatMap((name) => (expected[name] ? [[name, expected[name]]] : [])));
  return differences(actual, compared, { relative }).map((found) => `${model.name}: ${found}`);
}

const BATCH = 3;
const TOKENS = 7;
const LABELS = 5;

/** Random models of the kinds that Sensorium builds: what runs these alike runs all plugins alike. */
export const referenceModels = (): ReferenceModel[] => [network(), spectrograms(), fewSteps(), manySteps()];

/** Two sounds, as the spectrograms that networks of sound were trained on: framed by a convolution, mirrored, emphasized. */
function spectrograms(): ReferenceModel {
  const samples = input('samples', 'float32', ['batch', 400]);
  const common = { rate: 4000, frame: 100, hop: 40 } as const;
  const kaldi = {
    transform: 512,
    window: 'symmetric',
    emphasis: true,
    bands: 128,
    lowest: 20,
    scale: 'kaldi',
  } as const;
  const slaney = {
    transform: 400,
    window: 'periodic',
    emphasis: false,
    bands: 80,
    lowest: 0,
    scale: 'slaney',
  } as const;
  const decibels = (powers: SymbolicTensor): SymbolicTensor => log(maximum(powers, 1e-7));
  return {
    name: 'spectrograms',
    model: toOnnx({
      outputs: {
        within: decibels(melSpectrogram(samples, { ...common, ...kaldi, edges: 'within' })),
        mirrored: decibels(melSpectrogram(samples, { ...common, ...slaney, edges: 'mirrored' })),
      },
    }),
    inputs: { samples: randomTensor('samples', [2, 400]) },
    relative: 1e-3,
  };
}

/** A small picture and a short text, by convolutions and a transformer, to probabilities. */
function network(): ReferenceModel {
  const pixels = input('pixels', 'float32', ['batch', 3, 8, 8]);
  const ids = input('ids', 'int32', ['batch', TOKENS]);
  const mask = input('mask', 'float32', ['batch', TOKENS]);
  const scope = createScope();
  const logits = classify(scope, pixels, ids, mask);
  return {
    name: 'convolutions and a transformer',
    model: toOnnx({ outputs: { logits, probabilities: softmax(logits) }, weights: someWeights(scope.parameters) }),
    inputs: sample(),
  };
}

function classify(scope: Scope, pixels: SymbolicTensor, ids: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor {
  const grid = relu(convolution(scope.at('stage'), pixels, 16, { stride: 2 }));
  const places = transpose(flatten(grid, 2, 4), [0, 2, 1]);
  const words = transformerBlock(scope.at('block'), embedding(scope.at('words'), ids, 20, 16), { heads: 4, mask });
  const pooled = concat([mean(places, [1]), mean(words, [1])]);
  return linear(scope.at('output'), dropout(scope, mlp(scope.at('mlp'), pooled, 24, 16), 0.25), LABELS);
}

function sample(): { pixels: Tensor; ids: Tensor; mask: Tensor } {
  const ids = Int32Array.from({ length: BATCH * TOKENS }, (_, index) => (index * 7) % 20);
  return {
    pixels: randomTensor('pixels', [BATCH, 3, 8, 8]),
    ids: { dtype: 'int32', shape: [BATCH, TOKENS], data: ids },
    mask: filled([BATCH, TOKENS], (index) => Number(index % TOKENS < 4)),
  };
}

/** The same network, trained for a few steps with dropout inside one Loop. */
const fewSteps = (): ReferenceModel => ({ name: 'training with dropout', ...training(4, sgd(), 0.05) });

/** Rounding differs from backend to backend, and every step builds on the one before: so 1 % after 50 steps. */
const manySteps = (): ReferenceModel => ({
  name: 'the losses of 50 steps',
  ...training(50, adamw(), 0.003),
  outputs: ['loss'],
  relative: 0.01,
});

function training(steps: number, optimizer: Optimizer, learningRate: number): Pick<ReferenceModel, 'model' | 'inputs'> {
  const samples: Tensors = {
    ...sample(),
    label: { dtype: 'int64', shape: [BATCH], data: BigInt64Array.of(4n, 0n, 2n) },
  };
  const program = trainingProgram({
    batch: samples,
    build: (scope, { pixels, ids, mask, label }) => {
      if (!pixels || !ids || !mask || !label) throw new Error('the batch is what was declared');
      const logits = classify(scope, pixels, ids, mask);
      return { loss: neg(mean(sum(mul(logSoftmax(logits), oneHot(label, LABELS)), [1]))) };
    },
    optimizer,
    learningRate,
    schedule: schedule({ shape: 'cosine', steps, warmup: 1 }),
    clip: 1,
    steps,
  });
  return { model: program.model, inputs: trainingFeeds(program, samples, steps) };
}
