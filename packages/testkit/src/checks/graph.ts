import { isDeepStrictEqual } from 'node:util';
import type { Shape, SymbolicTensor, Tensor } from '@sensorium/contracts';
import { gradients, toOnnx } from '@sensorium/graph';
import { formatShape, rows } from '@sensorium/tensors';
import { differences } from '../compare.js';
import { BATCH, instantiate, randomNoise, withGraph, withModule, type GraphModule } from '../graph-module.js';
import type { Check } from '../problem.js';
import { isFinite, numbersOf } from '../tensors.js';

/** What every part owes, of whatever kind. */
export const graphChecks: readonly Check<GraphModule>[] = [
  { name: 'infers the shapes and types that come out, for any batch size', find: findWrongShapes },
  { name: 'gives finite numbers', find: findInfinite },
  { name: 'gives the same numbers for the same samples', find: findRandomness },
  { name: 'treats each sample of a batch alone', find: findDependence },
  { name: 'builds the same file every time', find: findUnstableBuild },
  { name: 'trains every parameter', find: findUntrained },
];

const sampleCount = ({ samples }: GraphModule): number => Object.values(samples)[0]?.shape[0] ?? 0;

async function findWrongShapes(module: GraphModule): Promise<string[]> {
  const count = sampleCount(module);
  const { outputs, parameters } = instantiate(module, BATCH);
  const symbolic = await withGraph(outputs, parameters, async (run) => {
    const found = [];
    for (const size of [1, count]) found.push(...wrongShapes(outputs, await run(rows(module.samples, 0, size)), size));
    return found;
  });
  const fixed = instantiate(module, count);
  const known = await withGraph(fixed.outputs, fixed.parameters, async (run) =>
    wrongShapes(fixed.outputs, await run(module.samples), count),
  );
  return [...new Set([...symbolic, ...known])];
}

function wrongShapes(
  symbols: Readonly<Record<string, SymbolicTensor>>,
  tensors: Readonly<Record<string, Tensor>>,
  batch: number,
): string[] {
  return Object.entries(symbols).flatMap(([name, { dtype, shape }]) => {
    const tensor = tensors[name];
    const expected = withBatch(shape, batch);
    if (tensor?.dtype === dtype && isDeepStrictEqual([...tensor.shape], expected)) return [];
    const given = tensor ? `${tensor.dtype} ${formatShape(tensor.shape)}` : 'nothing';
    return [`${name} is built as ${dtype} ${formatShape(shape)}; of ${batch} samples came ${given}`];
  });
}

/** [batch,3,6*batch] → [2,3,12] */
const withBatch = (shape: Shape, batch: number): number[] =>
  shape.map((dimension) =>
    String(dimension)
      .split('*')
      .reduce((product, factor) => product * (factor === BATCH ? batch : Number(factor)), 1),
  );

async function findInfinite(module: GraphModule): Promise<string[]> {
  const outputs = await withModule(module, (run) => run(module.samples));
  return Object.entries(outputs).flatMap(([name, tensor]) => (isFinite(tensor) ? [] : [`${name} is not finite`]));
}

async function findRandomness(module: GraphModule): Promise<string[]> {
  return withModule(module, async (run) =>
    differences(await run(module.samples), await run(module.samples), { relative: 0, absolute: 0 }),
  );
}

async function findDependence(module: GraphModule): Promise<string[]> {
  return withModule(module, async (run) => {
    const together = await run(module.samples);
    const found: string[] = [];
    for (let index = 0; index < sampleCount(module); index++) {
      const alone = await run(rows(module.samples, index, index + 1));
      const problems = differences(rows(together, index, index + 1), alone);
      found.push(...problems.map((problem) => `sample ${index}, among others and alone: ${problem}`));
    }
    return found;
  });
}

function findUnstableBuild(module: GraphModule): string[] {
  const [first, second] = [1, 2].map(() => toOnnx({ outputs: instantiate(module, BATCH).outputs }));
  return isDeepStrictEqual(first, second) ? [] : ['two builds gave different files'];
}

/** Below this share of the largest gradient, a gradient is a rounding error. */
const ROUNDING = 1e-6;

async function findUntrained(module: GraphModule): Promise<string[]> {
  const { x, outputs, noise, ...instance } = instantiate(module, sampleCount(module), 'training');
  const parameters = instance.parameters.filter(({ average }) => !average);
  const symbols = parameters.map(({ symbol }) => symbol);
  const gradientOf = Object.fromEntries(
    gradients(module.loss(outputs, x), symbols).map((gradient, index) => [
      `gradient/${parameters[index]?.name}`,
      gradient,
    ]),
  );
  const found = await withGraph(gradientOf, parameters, (run) => run(module.samples, randomNoise(noise)));
  const sizes = parameters.map(({ name }) => ({ name, size: largest(found[`gradient/${name}`]) }));
  const most = Math.max(...sizes.map(({ size }) => size).filter(Number.isFinite));
  return sizes.flatMap(({ name, size }) => {
    const own = name.replace(/^module\//, '');
    if (size === Infinity) return [`the gradient of "${own}" is not finite`];
    return size > most * ROUNDING ? [] : [`"${own}" gets no gradient: nothing that is learned depends on it`];
  });
}

/** The largest absolute value; Infinity if any is not finite. */
const largest = (tensor: Tensor | undefined): number =>
  numbersOf(tensor).reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : Infinity), 0);
