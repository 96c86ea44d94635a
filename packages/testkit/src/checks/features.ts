import { required, type Features, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import { formatShape } from '@sensorium/tensors';
import type { FeatureModule } from '../graph/feature-module.js';
import { BATCH, instantiate, sampleCount } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import type { Check } from '../problem.js';
import { isFinite, numbersOf, tensorOf } from '../tensors.js';

/** What encoders and fusions owe to whoever reads their features. */
export const featureChecks: readonly Check<FeatureModule>[] = [
  { name: 'gives features: tokens [B,T,D], mask [B,T], pooled [B,D], present [B,1]', find: findWrongPorts },
  { name: 'gives a grid, layers and maps that fit the tokens, if any', find: findWrongExtras },
  { name: 'gives a mask of zeros and ones', find: findUnclearMask },
  { name: 'adds losses of its own that are finite', find: findInfiniteLosses },
  { name: 'asks for random numbers in training only', find: findNoise },
];

/** What a module builds for any batch size. */
function featuresOf(module: FeatureModule): Features {
  let features: Features | undefined;
  instantiate({ ...module, build: (scope, x) => ((features = module.features(scope, x)), {}) }, BATCH);
  return required(features, 'what the module builds');
}

const describeSymbol = ({ dtype, shape }: SymbolicTensor): string => `${dtype} ${formatShape(shape)}`;

function findWrongPorts(module: FeatureModule): string[] {
  const features = featuresOf(module);
  const [, tokens = '', dim = ''] = features.tokens.shape;
  const expected = { tokens: [BATCH, tokens, dim], mask: [BATCH, tokens], pooled: [BATCH, dim], present: [BATCH, 1] };
  const isKnown = typeof tokens === 'number' && typeof dim === 'number';
  const wrong = Object.entries(expected).flatMap(([name, shape]) => {
    const symbol = features[name as keyof typeof expected];
    if (symbol.dtype === 'float32' && symbol.shape.join() === shape.join()) return [];
    return [`${name} is ${describeSymbol(symbol)}, not float32 ${formatShape(shape)}`];
  });
  return [...(isKnown ? [] : [`tokens ${formatShape(features.tokens.shape)} has sizes that are not known`]), ...wrong];
}

function findWrongExtras(module: FeatureModule): string[] {
  const { tokens, grid, layers = [], maps = [] } = featuresOf(module);
  const [, count = ''] = tokens.shape;
  const isGrid = grid?.every((size) => Number.isInteger(size) && size > 0) && grid.reduce((a, b) => a * b, 1) === count;
  const isLayer = ({ dtype, shape }: SymbolicTensor): boolean =>
    dtype === 'float32' && shape.length === 3 && shape[0] === BATCH && shape[1] === count;
  const isMap = ({ dtype, shape }: SymbolicTensor): boolean =>
    dtype === 'float32' && shape.length === 4 && shape[0] === BATCH;
  const named = (
    name: string,
    list: readonly SymbolicTensor[],
    wanted: string,
    fits: (one: SymbolicTensor) => boolean,
  ) =>
    list.flatMap((symbol, index) =>
      fits(symbol) ? [] : [`${name}[${index}] is ${describeSymbol(symbol)}, not float32 ${wanted}`],
    );
  return [
    ...(grid && !isGrid ? [`the grid ${formatShape(grid)} does not hold ${count} tokens`] : []),
    ...named('layers', layers, `[${BATCH},${count},D]`, isLayer),
    ...named('maps', maps, `[${BATCH},C,H,W]`, isMap),
    ...(isAscending(maps.map(({ shape }) => shape)) ? [] : ['maps are not sorted from coarse to fine']),
  ];
}

const isAscending = (shapes: readonly Shape[]): boolean =>
  shapes.every((shape, index) => {
    const before = shapes[index - 1] ?? shape;
    return [2, 3].every((axis) => !(Number(shape[axis]) < Number(before[axis])));
  });

async function findUnclearMask(module: FeatureModule): Promise<string[]> {
  const outputs = await withModule(module, (run) => run());
  return ['mask', 'present'].flatMap((name) =>
    numbersOf(tensorOf(outputs, name)).every((value) => value === 0 || value === 1)
      ? []
      : [`${name} has other values than 0 and 1`],
  );
}

async function findInfiniteLosses(module: FeatureModule): Promise<string[]> {
  const batch = sampleCount(module);
  if (Object.keys(instantiate(module, batch, 'training').scope.losses).length === 0) return [];
  const losses = await withModule(module, (run) => run(), {
    batch,
    mode: 'training',
    outputs: ({ scope }) => scope.losses,
  });
  return Object.entries(losses).flatMap(([name, loss]) => (isFinite(loss) ? [] : [`the loss "${name}" is not finite`]));
}

function findNoise(module: FeatureModule): string[] {
  return instantiate(module, BATCH).scope.noises.map(({ name }) => `a finished model would have to be fed "${name}"`);
}
