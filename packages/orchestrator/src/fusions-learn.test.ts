import { cpu } from '@sensorium/backend-node';
import {
  required,
  type FusionPlugin,
  type Scope,
  type Symbols,
  type SymbolicTensor,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { argMax, createScope, input, linear, logSoftmax, mean, mul, neg, oneHot, sum, toOnnx } from '@sensorium/graph';
import { adamw, schedule, trainingProgram } from '@sensorium/training';
import { beforeAll, describe, expect, it } from 'vitest';
import { standardFusions } from './testing/standard-fusions.js';
import { LABELS, weakParts, weakSamples, type WeakInput } from './testing/weak-inputs.js';

const [BATCH, STEPS] = [64, 256];
const trained = weakSamples(BATCH * STEPS, 'train');
const heldOut = weakSamples(2048, 'held out');

describe('of two inputs that each tell a little', () => {
  let alone: number;
  beforeAll(async () => {
    alone = Math.max(await accuracyOf('sum', ['picture']), await accuracyOf('sum', ['words']));
  });

  it.each(Object.keys(standardFusions))('%s learns 5 points more than either tells', async (name) => {
    expect(await accuracyOf(name, ['picture', 'words'])).toBeGreaterThan(alone + 0.05);
  });
});

/** Trains a fusion with a linear head for some seconds; gives the share of held-out samples that it names rightly. */
async function accuracyOf(name: string, of: readonly WeakInput[]): Promise<number> {
  const { plugin: given, options } = required(standardFusions[name], name);
  const plugin = given as FusionPlugin;
  const fusion = plugin.create(plugin.options.parse(options), new Map());
  const logitsOf = (scope: Scope, x: Symbols): SymbolicTensor =>
    linear(scope.at('head'), fusion.build(scope.at('fusion'), weakParts(x, of)).pooled, LABELS);
  const weights = await weightsOf(logitsOf, of);
  const x = Object.fromEntries(
    Object.entries(heldOut).map(([port, { dtype, shape }]) => [port, input(port, dtype, ['batch', ...shape.slice(1)])]),
  );
  const answer = argMax(logitsOf(createScope(), x), 1);
  const answers = await run(toOnnx({ outputs: { answer }, weights }), heldOut);
  const truth = required(heldOut['label'], 'the labels').data;
  return (
    Array.from(required(answers['answer'], 'the answers').data, Number).filter(
      (label, at) => label === Number(truth[at]),
    ).length / truth.length
  );
}

type Logits = (scope: Scope, x: Symbols) => SymbolicTensor;

/** After a training. */
async function weightsOf(logitsOf: Logits, of: readonly WeakInput[]): Promise<Tensors> {
  const samples = Object.fromEntries(
    Object.entries(trained).filter(([port]) => port === 'label' || of.some((name) => port.startsWith(`${name}.`))),
  );
  const program = trainingProgram({
    batch: Object.fromEntries(
      Object.entries(samples).map(([port, { dtype, shape }]) => [port, { dtype, shape: [BATCH, ...shape.slice(1)] }]),
    ),
    build(scope, x) {
      const truth = oneHot(required(x['label'], 'the label'), LABELS);
      return { loss: neg(mean(sum(mul(logSoftmax(logitsOf(scope, x)), truth), [1]))) };
    },
    optimizer: adamw(),
    learningRate: 0.005,
    schedule: schedule({ shape: 'cosine', steps: STEPS, warmup: 10 }),
    clip: 1,
    steps: STEPS,
  });
  const count: Tensor = { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(STEPS)) };
  const first = program.initialState(createRandom(1, 'weights'));
  const last = await run(program.model, { ...first, ...inBatches(samples), steps: count });
  return Object.fromEntries(program.parameters.map(({ name }) => [name, required(last[`next/${name}`], name)]));
}

/** [N,…] → [STEPS,BATCH,…] */
const inBatches = (samples: Tensors): Tensors =>
  Object.fromEntries(
    Object.entries(samples).map(([port, { shape, ...tensor }]) => [
      port,
      { ...tensor, shape: [STEPS, BATCH, ...shape.slice(1)] },
    ]),
  );

async function run(model: Uint8Array, given: Tensors): Promise<Tensors> {
  const session = await cpu.load(model, { threads: 1 });
  try {
    return await session.run(Object.fromEntries(session.inputNames.map((name) => [name, required(given[name], name)])));
  } finally {
    await session.dispose();
  }
}
