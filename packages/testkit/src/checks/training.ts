import { required } from '@sensorium/contracts';
import { gradients } from '@sensorium/graph';
import { totalLoss } from '@sensorium/training';
import { instantiate, sampleCount, type Instance, type TrainedModule } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import type { Check } from '../problem.js';
import { largest, tensorOf } from '../tensors.js';

/** What everything owes that is trained. */
export const trainingChecks: readonly Check<TrainedModule>[] = [
  { name: 'trains every parameter', find: findUntrained },
];

/** Below this share of the largest gradient, a gradient is a rounding error. */
const ROUNDING = 1e-6;

export async function findUntrained(module: TrainedModule): Promise<string[]> {
  const batch = sampleCount(module);
  const names = trained(module, instantiate(module, batch, 'training')).map(({ name }) => name);
  if (names.length === 0) return [];
  const slopes = await withModule(module, (run) => run(), {
    batch,
    mode: 'training',
    outputs: (instance) => gradientsOf(module, instance),
  });
  const sizes = names.map((name) => ({ name, size: largest(tensorOf(slopes, GRADIENT + name)) }));
  const most = Math.max(...sizes.map(({ size }) => size).filter(Number.isFinite));
  return sizes.flatMap(({ name, size }) => {
    const own = name.slice(module.path.length + 1);
    if (size === Infinity) return [`the gradient of "${own}" is not finite`];
    return size > most * ROUNDING ? [] : [`"${own}" gets no gradient: nothing that is learned depends on it`];
  });
}

/** The part's own parameters, but for those that follow values instead of being learned. */
const trained = ({ path }: TrainedModule, { scope }: Instance): Instance['scope']['parameters'] =>
  scope.parameters.filter(({ name, follows: average }) => name.startsWith(`${path}/`) && !average);

/** Before the name of a parameter, the name of its gradient. */
const GRADIENT = 'gradient/';

/** By the names of the parameters. */
function gradientsOf(module: TrainedModule, instance: Instance) {
  const parameters = trained(module, instance);
  const loss = totalLoss(module.loss(instance.outputs), instance.scope.losses);
  const slopes = gradients(
    loss,
    parameters.map(({ symbol }) => symbol),
  );
  return Object.fromEntries(
    slopes.map((slope, index) => [GRADIENT + required(parameters[index], 'a parameter').name, slope]),
  );
}
