import { required, type Meter, type Tensors } from '@sensorium/contracts';

/** The mean absolute error, added up batch by batch. */
export function errorMeter(): Meter {
  let total = 0;
  let count = 0;
  return {
    reads: ['value'],
    add(outputs, targets) {
      const [answers, truths] = [numbersOf(outputs), numbersOf(targets)];
      const errors = answers.map((answer, sample) => Math.abs(answer - required(truths[sample], 'a target')));
      for (const error of errors) total += error;
      count += errors.length;
      return Float32Array.from(errors);
    },
    result: () => ({
      decides: 'mae',
      metrics: { mae: { value: total / count, better: 'lower', title: 'mean absolute error' } },
    }),
  };
}

const numbersOf = ({ value }: Tensors): number[] => Array.from(required(value, 'the tensor "value"').data, Number);
