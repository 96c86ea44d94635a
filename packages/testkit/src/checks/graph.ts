import { isDeepStrictEqual } from 'node:util';
import type { Symbols, Tensors } from '@sensorium/contracts';
import { toOnnx } from '@sensorium/graph';
import { formatShape } from '@sensorium/tensors';
import { differences, EXACT } from '../compare.js';
import { sizesOf } from '../graph/feeds.js';
import { allSamples, BATCH, instantiate, type GraphModule } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import type { Check } from '../problem.js';
import { mapRecord } from '../records.js';
import { gatherAxis, isFinite } from '../tensors.js';

/** What every graph of a finished model owes. */
export const graphChecks: readonly Check<GraphModule>[] = [
  { name: 'infers the shapes and types that come out, for any batch size', find: findWrongShapes },
  { name: 'gives finite numbers', find: findInfinite },
  { name: 'gives the same numbers for the same samples', find: findRandomness },
  { name: 'treats each sample of a batch alone', find: findDependence },
  { name: 'builds the same file every time', find: findUnstableBuild },
];

async function findWrongShapes(module: GraphModule): Promise<string[]> {
  const all = allSamples(module);
  const symbolic = await withModule(module, async (run, { outputs }) => [
    ...wrongShapes(outputs, await run({ of: [0] }), 1),
    ...wrongShapes(outputs, await run(), all.length),
  ]);
  const known = await withModule(module, async (run, { outputs }) => wrongShapes(outputs, await run(), all.length), {
    batch: all.length,
  });
  return [...new Set([...symbolic, ...known])];
}

function wrongShapes(symbols: Symbols, tensors: Tensors, batch: number): string[] {
  return Object.entries(symbols).flatMap(([name, { dtype, shape }]) => {
    const tensor = tensors[name];
    if (tensor?.dtype === dtype && isDeepStrictEqual([...tensor.shape], sizesOf(shape, batch))) return [];
    const given = tensor ? `${tensor.dtype} ${formatShape(tensor.shape)}` : 'nothing';
    return [`${name} is built as ${dtype} ${formatShape(shape)}; of ${batch} samples came ${given}`];
  });
}

async function findInfinite(module: GraphModule): Promise<string[]> {
  return notFinite(await withModule(module, (run) => run()));
}

export const notFinite = (outputs: Tensors, when = ''): string[] =>
  Object.entries(outputs).flatMap(([name, tensor]) => (isFinite(tensor) ? [] : [`${name} is not finite${when}`]));

async function findRandomness(module: GraphModule): Promise<string[]> {
  return withModule(module, async (run) => differences(await run(), await run(), EXACT));
}

async function findDependence(module: GraphModule): Promise<string[]> {
  return withModule(module, async (run, { outputs }) => {
    const together = await run();
    const own = (index: number): Tensors =>
      mapRecord(together, (tensor, name) =>
        outputs[name]?.shape[0] === BATCH ? gatherAxis(tensor, 0, [index]) : tensor,
      );
    const found: string[] = [];
    for (const index of allSamples(module)) {
      const problems = differences(own(index), await run({ of: [index] }));
      found.push(...problems.map((problem) => `sample ${index}, among others and alone: ${problem}`));
    }
    return found;
  });
}

function findUnstableBuild(module: GraphModule): string[] {
  const [first, second] = [1, 2].map(() => toOnnx({ outputs: instantiate(module, BATCH).outputs }));
  return isDeepStrictEqual(first, second) ? [] : ['two builds gave different files'];
}
