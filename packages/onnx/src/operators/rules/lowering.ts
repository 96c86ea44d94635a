import { SensoriumError, type Dimension, type SymbolicTensor } from '@sensorium/contracts';
import { expand } from '@sensorium/graph';
import type { Call } from '../../import/call.js';
import type { Lowering } from '../record.js';

export const unary =
  (operator: (x: SymbolicTensor) => SymbolicTensor): Lowering =>
  (call) =>
    operator(call.x(0));

export const binary =
  (operator: (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor): Lowering =>
  (call) =>
    operator(call.x(0), call.x(1));

/** What ONNX allows and ours refuse, such as a slice in which nothing is left, is no variant of ours. */
export const whereAccepted =
  (lowering: Lowering): Lowering =>
  (call, batchAxis) => {
    try {
      return lowering(call, batchAxis);
    } catch (error) {
      if (SensoriumError.is(error) && error.code === 'SENSORIUM_SHAPE') return undefined;
      throw error;
    }
  };

/** An input of which the file has one, once for each of the samples along an axis of another input. */
export function forEachSample(call: Call, index: number, axis: number | undefined): SymbolicTensor {
  const { value, batchAxis } = call.operand(index);
  const like = call.inputs.find((operand) => operand?.batchAxis !== undefined)?.value;
  if (batchAxis !== undefined || axis === undefined || !like) return value;
  return expand(value, value.shape.with(axis, like.shape[axis] as Dimension), like);
}

export const isFloat = ({ dtype }: SymbolicTensor): boolean => dtype.startsWith('float');
