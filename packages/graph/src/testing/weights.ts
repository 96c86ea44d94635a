import type { Tensor } from '@sensorium/contracts';
import type { RootScope } from '../scope.js';
import { testRandom } from './random.js';

/** The first values of all parameters. */
export function initialWeights({ parameters }: RootScope): Record<string, Tensor> {
  return Object.fromEntries(
    parameters.map(({ name, shape, initialize }) => [
      name,
      { dtype: 'float32', shape, data: initialize(shape, testRandom(1).fork(name)) },
    ]),
  );
}
