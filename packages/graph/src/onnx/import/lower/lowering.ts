import type { SymbolicTensor } from '@sensorium/contracts';
import type { Call } from '../call.js';

/**
 * Builds what a node of operator set 17 computes from operators of ours: its first outputs. Undefined where ours have no
 * such variant; then the node is kept as it is. `batchAxis` is that of the outputs.
 */
export type Lowering = (
  call: Call,
  batchAxis: number | undefined,
) => SymbolicTensor | readonly SymbolicTensor[] | undefined;

export type Lowerings = Readonly<Record<string, Lowering>>;

export const isFloat = ({ dtype }: SymbolicTensor): boolean => dtype.startsWith('float');
