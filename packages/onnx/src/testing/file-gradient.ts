import type { Tensor, Tensors } from '@sensorium/contracts';
import { gradients, toOnnx, add, mul, sum, constantTensor } from '@sensorium/graph';
import { numbers, withSession, relativeError, spreadTensor, total, initialWeights } from '@sensorium/graph/testing';
import { importFor, runFile, type RoundTripOptions } from './round-trip.js';

/** Twice this far apart a file is run: what it computes in single precision changes enough, and hardly bends. */
const STEP = 1 / 256;

/**
 * The relative error of the gradients of an imported file, of all its inputs that are floats as one vector, against
 * central differences of what ONNX Runtime computes from the file itself.
 */
export async function fileGradientError(
  bytes: Uint8Array,
  feeds: Tensors,
  options?: RoundTripOptions,
): Promise<number> {
  const { scope, inputs, outputs } = importFor(bytes, feeds, options);
  const followed = Object.entries(outputs).filter(([, { dtype }]) => dtype === 'float32');
  const weights = Object.fromEntries(
    followed.map(([name, { shape }], seed) => [name, spreadTensor('float32', shape.map(Number), 7 + seed, 0.5, 1.5)]),
  );
  const loss = followed.map(([name, y]) => sum(mul(y, constantTensor(weights[name]!)))).reduce((a, b) => add(a, b));
  const varied = Object.keys(feeds).filter((name) => feeds[name]!.dtype === 'float32');
  const grads = gradients(
    loss,
    varied.map((name) => inputs[name]!),
  );
  const slopes = Object.fromEntries(varied.map((name, index) => [`slope/${name}`, grads[index]!]));
  const found = await runFile(
    toOnnx({ outputs: slopes, inputs: Object.values(inputs), weights: initialWeights(scope) }),
    feeds,
  );
  const expected = await differences(bytes, feeds, varied, weights);
  return relativeError(
    varied.flatMap((name) => numbers(found[`slope/${name}`])),
    expected,
  );
}

function differences(
  bytes: Uint8Array,
  feeds: Tensors,
  varied: readonly string[],
  weights: Tensors,
): Promise<number[]> {
  return withSession(bytes, async (session) => {
    const slopes: number[] = [];
    for (const name of varied) {
      for (const position of feeds[name]!.data.keys()) {
        const [more, less] = [
          await session.run({ ...feeds, [name]: moved(feeds[name]!, position, STEP) }),
          await session.run({ ...feeds, [name]: moved(feeds[name]!, position, -STEP) }),
        ];
        const changes = Object.entries(weights).flatMap(([output, weight]) => {
          const [a, b] = [numbers(more[output]), numbers(less[output])];
          return numbers(weight).map((factor, at) => factor * (a[at]! - b[at]!));
        });
        slopes.push(total(changes) / (2 * STEP));
      }
    }
    return slopes;
  });
}

function moved(x: Tensor, position: number, by: number): Tensor {
  const data = Float32Array.from(x.data as Float32Array);
  data[position]! += by;
  return { dtype: 'float32', shape: x.shape, data };
}
