import type { DataType, SymbolicTensor } from '@sensorium/contracts';
import { leavesOf } from '@sensorium/graph/transform';

/** A tensor of two axes or more that a graph has as a constant. */
export interface StoredMatrix {
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/**
 * Matrices of float64 or float16 on which a graph rests. They came with a file, and cannot be learned: parameters are
 * float32.
 */
export function unlearnableMatrices(outputs: readonly SymbolicTensor[]): StoredMatrix[] {
  return [...leavesOf(outputs)].flatMap(({ source }) => {
    if (source.kind !== 'constant') return [];
    const { dtype, shape } = source.tensor;
    return (dtype === 'float64' || dtype === 'float16') && shape.length > 1 ? [{ dtype, shape }] : [];
  });
}
