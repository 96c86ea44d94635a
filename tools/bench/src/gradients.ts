import { cpu } from '@sensorium/backend-node';
import { required, type Tensor, type Tensors, type TypedArray } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, gradients, toOnnx, type Parameter } from '@sensorium/graph';
import { blocks } from './models/blocks.js';
import { batchSymbols, onlyBatch, randomBatches, type Model } from './models/model.js';
import { jaxOnOneThread } from './javascript-peers.js';
import { notInstalled, type Peer } from './peer.js';
import { chosen, type Workload } from './workload.js';

const tolerance = 1e-3;

/** Our gradients of whole blocks beside those of jax-js, an independent implementation. */
export const gradientAgreement: Workload = {
  description: `gradients of every parameter of whole blocks against jax-js, relative error at most ${tolerance}`,
  async run({ seed, only }) {
    if (jaxOnOneThread.version() === undefined) throw new Error(notInstalled(jaxOnOneThread));
    const models = chosen(blocks, only);
    const peer = jaxOnOneThread.start();
    try {
      const errors: Record<string, number> = {};
      for (const model of models) {
        for (const [name, error] of Object.entries(await gradientErrors(model, peer, seed))) {
          errors[`${model.name}: ${name}`] = error;
        }
      }
      return report(errors);
    } finally {
      peer.dispose();
    }
  },
};

function report(errors: Readonly<Record<string, number>>) {
  const entries = Object.entries(errors);
  const wrong = entries.filter(([, error]) => !(error <= tolerance));
  if (wrong.length > 0) {
    throw new Error(`These gradients differ: ${wrong.map(([name, error]) => `${name} by ${error}`).join(', ')}`);
  }
  return {
    table: [['', 'relative error'], ...entries.map(([name, error]) => [name, error.toExponential(1)])],
    result: { tolerance, errors },
  };
}

/** |ours − theirs| / |theirs| of the gradient of every parameter, as vectors, on one batch. */
export async function gradientErrors(model: Model, peer: Peer, seed: number): Promise<Record<string, number>> {
  const batches = randomBatches(model, 1, seed);
  const { parameters, gradients: ours } = await ourGradients(model, batches, seed);
  await peer.ask('load', { model: model.name, parameters, batches, optimizer: { use: 'sgd', learningRate: 0 } });
  const theirs = await peer.ask('gradients');
  return Object.fromEntries(
    Object.keys(parameters).map((name) => [
      name,
      relativeError(required(ours[name], name).data, required(theirs[name], name)),
    ]),
  );
}

async function ourGradients(
  model: Model,
  batches: { readonly x: Tensor; readonly y: Tensor },
  seed: number,
): Promise<{ parameters: Tensors; gradients: Tensors }> {
  const scope = createScope();
  const loss = model.build(scope, batchSymbols(model));
  const symbols = gradients(
    loss,
    scope.parameters.map(({ symbol }) => symbol),
  );
  const parameters = Object.fromEntries(
    scope.parameters.map((parameter) => [parameter.name, valueOf(parameter, seed)]),
  );
  const names = Object.keys(parameters);
  const session = await cpu.load(
    toOnnx({ outputs: Object.fromEntries(symbols.map((symbol, index) => [`gradient/${names[index]}`, symbol])) }),
  );
  try {
    const results = await session.run({ ...parameters, x: onlyBatch(batches.x), y: onlyBatch(batches.y) });
    const byName = Object.entries(results).map(([name, tensor]) => [name.replace('gradient/', ''), tensor] as const);
    return { parameters, gradients: Object.fromEntries(byName) };
  } finally {
    await session.dispose();
  }
}

/** Moved a little: scales of ones and biases of zeros would hide what they are multiplied with. */
function valueOf({ name, shape, initialize }: Parameter, seed: number): Tensor {
  const random = createRandom(seed, name);
  const data = initialize(shape, random).map((value) => value + 0.1 * random.normal());
  return { dtype: 'float32', shape, data };
}

function relativeError(actual: TypedArray | readonly number[], expected: Float32Array | readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  const differences = Array.from(expected, (value, index) => Number(actual[index]) - value);
  return Math.hypot(...differences) / Math.hypot(...expected);
}
