import { cpu } from '@sensorium/backend-node';
import { required, type Dimension, type SymbolicTensor, type Tensor, type Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, floatingPointOperations, input, toOnnx, type RootScope } from '@sensorium/graph';
import { nodesInOrder, valueOf } from '@sensorium/graph/transform';
import { importGraph, readOnnx, type TensorDescription } from '@sensorium/onnx';
import { makeTensor } from '@sensorium/tensors';
import type { Target } from '../process/judge.js';
import { elementsOf, requireSane, requireTensor } from './insane.js';

/** Of the tensors of a graph that is run, all in all, and of its products. */
const MOST_ELEMENTS = 1e6;
const MOST_OPERATIONS = 1e8;

/** What every size becomes that a file leaves open. */
const OPEN_SIZE = 2;

/**
 * Reads an ONNX file, makes it part of a graph, and writes that again. Where ONNX Runtime takes both and running them costs
 * little, both must give the same numbers.
 */
export const readOnnxFile: Target = async ({ bytes }) => {
  const model = readOnnx(bytes);
  const feeds = feedsOf(model.inputs);
  if (!feeds) return;
  const scope = createScope();
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, shape }]) => [name, input(name, dtype, shape)]),
  );
  const outputs = importGraph(scope, model, { inputs });
  const written = toOnnx({ outputs, weights: weightsOf(scope), inputs: Object.values(inputs) });
  if (!isSmall(Object.values(outputs))) return;
  const expected = await run(bytes, feeds).catch(() => undefined);
  if (!expected) return;
  const given = await run(written, feeds);
  for (const [name, tensor] of Object.entries(given)) {
    requireTensor(name, tensor);
    requireAsInferred(name, tensor, required(outputs[name], `the output "${name}"`));
    requireSame(name, tensor, required(expected[name], `the output "${name}" of the file`));
  }
};

/** Undefined where the file does not say what it takes, or asks for very much. */
function feedsOf(inputs: readonly TensorDescription[]): Record<string, Tensor> | undefined {
  const feeds: Record<string, Tensor> = {};
  for (const [index, { name, dtype, shape }] of inputs.entries()) {
    const sizes = shape?.map((size) => (typeof size === 'number' ? size : OPEN_SIZE));
    if (!dtype || !sizes || elementsOf(sizes) > MOST_ELEMENTS) return undefined;
    const random = createRandom(index, name);
    feeds[name] = makeTensor(
      dtype,
      sizes,
      Array.from({ length: elementsOf(sizes) }, () => valueFor(dtype, random.uniform())),
    );
  }
  return feeds;
}

const valueFor = (dtype: Tensor['dtype'], share: number): number => {
  if (dtype === 'bool') return Math.round(share);
  return dtype.startsWith('float') ? 4 * share - 2 : Math.floor(3 * share);
};

const weightsOf = ({ parameters }: RootScope): Record<string, Tensor> =>
  Object.fromEntries(
    parameters.map(({ name, shape, initialize }) => [
      name,
      { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) },
    ]),
  );

/** A loop may go on for as long as a file likes. */
function isSmall(outputs: readonly SymbolicTensor[]): boolean {
  const nodes = nodesInOrder(outputs.map(valueOf));
  if (nodes.some(({ definition }) => ['Loop', 'Scan', 'If'].includes(definition.type))) return false;
  const sizes = nodes.flatMap((node) => node.outputs.map(({ shape }) => shape));
  const isKnown = (size: Dimension): size is number => typeof size === 'number';
  if (!sizes.every((shape): shape is readonly number[] => shape.every(isKnown))) return false;
  const elements = sizes.reduce((sum, shape) => sum + elementsOf(shape), 0);
  return elements <= MOST_ELEMENTS && floatingPointOperations(outputs) <= MOST_OPERATIONS;
}

async function run(model: Uint8Array, feeds: Tensors): Promise<Record<string, Tensor>> {
  const session = await cpu.load(model, { threads: 1 });
  try {
    return await session.run(Object.fromEntries(session.inputNames.map((name) => [name, required(feeds[name], name)])));
  } finally {
    await session.dispose();
  }
}

function requireAsInferred(name: string, tensor: Tensor, symbol: SymbolicTensor): void {
  const isLike =
    symbol.shape.length === tensor.shape.length &&
    symbol.shape.every((size, axis) => typeof size === 'string' || size === tensor.shape[axis]);
  requireSane(
    isLike && symbol.dtype === tensor.dtype,
    `"${name}" is ${tensor.dtype} [${tensor.shape.join(', ')}] and was to be ${symbol.dtype} [${symbol.shape.join(', ')}]`,
  );
}

const TOLERANCE = 1e-3;

function requireSame(name: string, given: Tensor, expected: Tensor): void {
  const [ours, theirs] = [given, expected].map(({ data }) =>
    Array.from(data as ArrayLike<number | bigint>, Number),
  ) as [number[], number[]];
  requireSane(
    String(given.shape) === String(expected.shape),
    `"${name}" is [${given.shape.join(', ')}], and of the file itself [${expected.shape.join(', ')}]`,
  );
  const largest = Math.max(1, ...theirs.map(Math.abs).filter(Number.isFinite));
  const at = ours.findIndex((value, index) => !isSame(value, required(theirs[index], 'a number'), TOLERANCE * largest));
  requireSane(at < 0, `"${name}" is ${ours[at]} at ${at}, and of the file itself ${theirs[at]}`);
}

const isSame = (a: number, b: number, tolerance: number): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= tolerance;
