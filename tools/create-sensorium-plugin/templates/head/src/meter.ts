import { required, type Meter } from '@sensorium/contracts';

/** The mean absolute error, added up batch by batch. */
export function errorMeter(): Meter {
  let total = 0;
  let count = 0;
  return {
    reads: ['value'],
    add(outputs, targets) {
      const answers = required(outputs['value'], 'the output "value"').data;
      const truths = required(targets['value'], 'the target "value"').data;
      const errors = Float32Array.from(answers, (answer, index) => Math.abs(Number(answer) - Number(truths[index])));
      for (const error of errors) total += error;
      count += errors.length;
      return errors;
    },
    result: () => ({
      decides: 'mae',
      metrics: { mae: { value: total / count, better: 'lower', title: 'mean absolute error' } },
    }),
  };
}
