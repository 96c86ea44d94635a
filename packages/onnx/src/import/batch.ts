import { badModel, describeNode } from '@sensorium/graph/protobuf';
import { recordOf } from '../operators/index.js';
import type { Call } from './call.js';

/** The axis of an output along which samples lie; undefined where it does not depend on them. */
export type BatchAxes = (output: number) => number | undefined;

/** Throws SENSORIUM_BAD_MODEL where samples would be mixed, or it cannot be told. */
export function batchAxesOf(call: Call): BatchAxes {
  if (!isBatched(call)) return () => undefined;
  const known = call.inputs.every((operand) => !operand || operand.shape);
  const axes = known ? recordOf(call.node)?.batch?.(call, call.inputs[0]?.batchAxis ?? -1) : undefined;
  if (axes === undefined) throw mixesSamples(call);
  return (output) => (typeof axes === 'number' ? axes : axes[output]);
}

export const isBatched = ({ inputs }: Call): boolean => inputs.some((operand) => operand?.batchAxis !== undefined);

export const mixesSamples = ({ node }: Call): Error =>
  badModel(
    `the file was saved for a fixed batch of 1, and whether ${describeNode(node)} would keep several samples apart cannot be told`,
    'Give the inputs as the file says, one sample at a time, or save the model again with an open batch.',
  );
