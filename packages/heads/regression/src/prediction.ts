import { required, type Prediction, type Tensor } from '@sensorium/contracts';

/** `text` is the number with as many digits as say something, and its unit. */
export interface RegressionPrediction extends Prediction {
  readonly value: number;
}

/** The output `value` [B]. */
export const numbersOf = (value: Tensor | undefined): number[] => Array.from(required(value, '"value"').data, Number);
