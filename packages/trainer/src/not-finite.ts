import { SensoriumError } from '@sensorium/contracts';

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
