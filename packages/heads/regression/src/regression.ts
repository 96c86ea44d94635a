import {
  defineHead,
  exampleBeside,
  onlyFeatures,
  required,
  type Head,
  type Model,
  type Scope,
  type SymbolicTensor,
} from '@sensorium/contracts';
import { abs, add, linear, mean, minimum, mul, squeeze, sub } from '@sensorium/graph';
import { number } from '@sensorium/modality-number';
import { z } from 'zod';
import { numberFormat } from './format.js';
import { regressionMeter } from './meter.js';
import { learnMoments, requireFinite } from './moments.js';
import { numbersOf, type RegressionPrediction } from './prediction.js';
import { surveyNumbers } from './survey.js';

const options = z.strictObject({
  mean: z.number().optional().describe('about which numbers lie; by default the mean of the training table'),
  deviation: z
    .number()
    .positive()
    .optional()
    .describe('how far they lie from it; by default the standard deviation of the training table'),
  delta: z
    .number()
    .positive()
    .default(1)
    .describe('so many deviations from the truth, the loss turns from quadratic to linear (Huber 1964)'),
  unit: z.string().optional().describe('for people: what is counted, such as kg'),
});

/**
 * One number, mean + deviation · ŷ with ŷ = pooled W + b [B]. The loss is Huber's (1964) of e = ŷ − (y − mean) / deviation:
 * e²/2 up to delta, delta · (|e| − delta/2) beyond.
 */
export const regression = defineHead({
  specVersion: 'v1',
  name: 'regression',
  modality: number,
  options,
  example: exampleBeside(import.meta.url, 'head-regression'),
  learn: async (given, values) => ({ ...given, ...(await learnMoments(given, values)) }),
  create: createRegression,
});

function createRegression({ delta, unit, ...learned }: z.output<typeof options>): Head<number, RegressionPrediction> {
  const center = required(learned.mean, 'the option "mean", which training fills in,');
  const deviation = required(learned.deviation, 'the option "deviation", which training fills in,');
  const format = numberFormat(deviation, unit);

  return {
    target: {
      kept: { value: { dtype: 'float32', shape: [] } },
      prepare(value) {
        requireFinite(value);
        return { value: { dtype: 'float32', shape: [1], data: Float32Array.of((value - center) / deviation) } };
      },
      survey: (values) => surveyNumbers({ mean: center, deviation, unit, format }, values),
    },
    answer: (scope, model) => ({ value: add(mul(estimate(scope, model), deviation), center) }),
    loss: (scope, model, { value }) => huber(sub(estimate(scope, model), required(value, 'the target "value"')), delta),
    decode: ({ value }) => numbersOf(value).map((one) => ({ text: format(one), value: one })),
    meter: () => regressionMeter({ unit, format, truthOf: (standardized) => standardized * deviation + center }),
    explained: { output: 'value', unit },
  };
}

/** In deviations from the mean: [B]. */
const estimate = (scope: Scope, model: Model): SymbolicTensor =>
  squeeze(linear(scope, onlyFeatures(model).pooled, 1), 1);

/** c · (|e| − c/2) with c = min(|e|, delta), the mean over all errors. */
function huber(error: SymbolicTensor, delta: number): SymbolicTensor {
  const size = abs(error);
  const capped = minimum(size, delta);
  return mean(mul(capped, sub(size, mul(capped, 0.5))));
}
