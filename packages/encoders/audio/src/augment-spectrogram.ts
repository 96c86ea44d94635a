import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { add, and, cast, constant, greaterOrEqual, knownSize, less, mul, sub } from '@sensorium/graph';

/** Sets a random run of bands to 0, in training: [N,bands,T] → the same (SpecAugment, Park et al. 2019). */
export const maskBands = (scope: Scope, x: SymbolicTensor, most: number): SymbolicTensor => masked(scope, x, 1, most);

/** The same of frames. */
export const maskFrames = (scope: Scope, x: SymbolicTensor, most: number): SymbolicTensor => masked(scope, x, 2, most);

/** @param most the longest run, as a share of the axis */
function masked(scope: Scope, x: SymbolicTensor, axis: 1 | 2, most: number): SymbolicTensor {
  if (scope.mode === 'inference' || most === 0) return x;
  const size = knownSize(x.shape, axis);
  const once = [...x.shape.slice(0, 1), 1, 1];
  const width = mul(scope.random(once), most * size);
  const start = mul(scope.random(once), sub(size, width));
  const shape = axis === 1 ? [1, size, 1] : [1, 1, size];
  const places = constant(
    Array.from({ length: size }, (_, place) => place),
    'float32',
    shape,
  );
  const hidden = and(greaterOrEqual(places, start), less(places, add(start, width)));
  return mul(x, sub(1, cast(hidden, 'float32')));
}
