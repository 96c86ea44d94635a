import { SensoriumError, type Tensors, type TypedArray } from '@sensorium/contracts';

/** Throws SENSORIUM_NOT_FINITE where a weight is infinite or not a number before the first step. */
export function requireFinite(weights: Tensors): void {
  const name = notFiniteIn(weights);
  if (name === undefined) return;
  throw new SensoriumError({
    code: 'SENSORIUM_NOT_FINITE',
    message: `the weight ${name} is infinite or not a number before the first step`,
    hint: 'The file that it comes from is damaged, or was saved after a training that broke.',
    location: { key: name },
  });
}

/** The same after so many steps, of weights and of what the optimizer keeps of them. */
export function requireFiniteAfter(steps: number, state: Tensors): void {
  const name = notFiniteIn(state);
  if (name === undefined) return;
  throw new SensoriumError({
    code: 'SENSORIUM_NOT_FINITE',
    message: `training broke: after step ${steps}, ${name} is infinite or not a number`,
    hint: LOWER,
    location: { key: name },
  });
}

/** The first tensor that has an infinite value or one that is not a number. */
const notFiniteIn = (tensors: Tensors): string | undefined =>
  Object.entries(tensors).find(([, { data }]) => !areFinite(data))?.[0];

function areFinite(data: TypedArray): boolean {
  for (const value of data) if (!Number.isFinite(Number(value))) return false;
  return true;
}

const LOWER = 'Lower training.learningRate or training.clip, and start anew. The last checkpoint is from before.';

/** A step whose loss or gradient is not a finite number. */
export interface Broken {
  /** From 1 */
  readonly step: number;
  readonly loss: number | undefined;
  readonly norm: number | undefined;
  /** The first whose own gradient is not finite. */
  readonly parameter: string | undefined;
}

export const notFinite = ({ step, loss, norm, parameter }: Broken): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NOT_FINITE',
    message:
      `training broke at step ${step}: the loss is ${loss}, the norm of the gradient ${norm}` +
      (parameter ? `; the first parameter whose gradient is not finite is ${parameter}` : ''),
    hint: LOWER,
    ...(parameter && { location: { key: parameter } }),
  });
