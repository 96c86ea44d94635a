import { normalizeAxis } from '@sensorium/graph/transform';
import type { Call } from '../../import/call.js';
import type { BatchRule } from '../record.js';

export const rank = (call: Call, index = 0): number => call.operand(index).value.shape.length;

export const holdsSamples = (call: Call, index: number): boolean => call.inputs[index]?.batchAxis !== undefined;

/** Only the first input may hold samples. */
export const firstBatch =
  (rule: BatchRule): BatchRule =>
  (call, axis) =>
    call.inputs.findLastIndex((operand) => operand?.batchAxis !== undefined) === 0 ? rule(call, axis) : undefined;

/** Element by element, with broadcasting: samples lie along the same axis, where all else is 1. */
export const broadcastingBatch: BatchRule = (call) => {
  const given = call.inputs.flatMap((operand, index) => (operand ? [{ operand, shape: call.fileShape(index) }] : []));
  const ends = given.flatMap(({ operand: { batchAxis }, shape }) =>
    batchAxis === undefined ? [] : [batchAxis - shape.length],
  );
  const [end = -1] = ends;
  const sizes = (batched: boolean): unknown[] =>
    given.flatMap(({ operand, shape }) => ((operand.batchAxis !== undefined) === batched ? [shape.at(end) ?? 1] : []));
  const apart =
    ends.every((other) => other === end) &&
    new Set(sizes(true)).size === 1 &&
    given.every(({ operand, shape }) => operand.batchAxis !== undefined || end < -shape.length || shape.at(end) === 1);
  return apart ? Math.max(...given.map(({ shape }) => shape.length)) + end : undefined;
};

export const unaryBatch: BatchRule = firstBatch((_, axis) => axis);

/** Over the last axis: mean and deviation there. */
export const alongLastBatch: BatchRule = (call) => {
  const axis = broadcastingBatch(call, -1);
  const most = Math.max(...call.inputs.map((_, index) => (call.inputs[index] ? rank(call, index) : 0)));
  return typeof axis === 'number' && axis < most - 1 ? [axis, axis, axis, axis] : undefined;
};

/** [B,C,…]: every sample by itself. Other outputs than the first (of MaxPool) are positions in the whole batch. */
export const samplesBatch: BatchRule = firstBatch((call, axis) => (axis === 0 && call.outputs === 1 ? 0 : undefined));

/** Works along other axes than that of the samples. */
export const alongBatch = (axesOf: (call: Call, rank: number) => readonly number[] | undefined): BatchRule =>
  firstBatch((call, axis) => {
    const axes = axesOf(call, rank(call))?.map((one) => normalizeAxis(one, rank(call)));
    return !axes || axes.includes(axis) ? undefined : axis;
  });

export const axisAttributeBatch = (otherwise: number): BatchRule =>
  alongBatch((call) => [call.integer('axis', otherwise)]);

/** Where an axis lies after others are gone. */
export const withoutAxes = (axis: number, gone: readonly number[]): number =>
  axis - gone.filter((one) => one < axis).length;

export const namedAxes = (call: Call): readonly number[] | undefined =>
  call.integers('axes') ?? (call.inputs[1] ? call.numbers(1) : undefined);
