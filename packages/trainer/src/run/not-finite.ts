import { SensoriumError, type Tensors } from '@sensorium/contracts';

/** Throws SENSORIUM_NOT_FINITE where a weight is infinite or not a number before the first step. */
export function requireFinite(weights: Tensors): void {
  const found = Object.entries(weights).find(([, { data }]) => data.some((value) => !Number.isFinite(Number(value))));
  if (!found) return;
  throw new SensoriumError({
    code: 'SENSORIUM_NOT_FINITE',
    message: `the weight ${found[0]} is infinite or not a number before the first step`,
    hint: 'The file that it comes from is damaged, or was saved after a training that broke.',
    location: { key: found[0] },
  });
}

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
    hint: 'Lower training.learningRate or training.clip, and start anew. The last checkpoint is from before.',
    ...(parameter && { location: { key: parameter } }),
  });
