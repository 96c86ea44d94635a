import { defineHead, onlyFeatures, required, type Prediction, type Scope, type Symbols } from '@sensorium/contracts';
import { linear, mean, square, sub } from '@sensorium/graph';
import { number } from '@sensorium/modality-number';
import { z } from 'zod';
import { errorMeter } from './meter.js';

const options = z.strictObject({
  digits: z.int().min(0).max(10).default(2).describe('decimals of an answer'),
});

export interface NewPluginPrediction extends Prediction {
  readonly value: number;
}

/** One number: value = pooled W + b [B,1], learned by the mean squared error. */
export const newPlugin = defineHead({
  specVersion: 'v1',
  name: 'new-plugin',
  modality: number,
  options,
  create: ({ digits }) => {
    const estimate = (scope: Scope, model: Parameters<typeof onlyFeatures>[0]): Symbols => ({
      value: linear(scope, onlyFeatures(model).pooled, 1),
    });
    return {
      target: {
        kept: { value: { dtype: 'float32', shape: [1] } },
        prepare: (value) => ({ value: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(value) } }),
      },
      answer: estimate,
      loss(scope, model, target) {
        const { value } = estimate(scope, model);
        const truth = required(target['value'], 'the target');
        return mean(square(sub(required(value, 'the estimate'), truth)));
      },
      decode: ({ value }): NewPluginPrediction[] =>
        Array.from(required(value, 'the output "value"').data, Number).map((one) => ({
          text: one.toFixed(digits),
          value: one,
        })),
      meter: errorMeter,
    };
  },
});
