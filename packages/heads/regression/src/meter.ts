import { required, type Meter, type Metric, type Panel, type Scores } from '@sensorium/contracts';
import { histogram } from './histogram.js';
import { numbersOf } from './prediction.js';
import { evenSample } from './sample.js';

/** Points that panels show at most. */
const MOST_POINTS = 1000;

export interface MeterOptions {
  readonly unit?: string;
  /** The truth of what stands in the target. */
  readonly truthOf: (target: number) => number;
}

/**
 * Errors of answers in the unit of the table, in constant memory; panels show at most 1,000 samples, evenly chosen. A
 * sample's badness is its absolute error.
 */
export function regressionMeter({ unit, truthOf }: MeterOptions): Meter {
  const points = evenSample<readonly [truth: number, answer: number]>(MOST_POINTS);
  let [count, absolute, squared, mean, spread] = [0, 0, 0, 0, 0];

  const add = (truth: number, answer: number): number => {
    const error = answer - truth;
    count++;
    absolute += Math.abs(error);
    squared += error ** 2;
    const step = truth - mean;
    mean += step / count;
    spread += step * (truth - mean);
    points.add([truth, answer]);
    return Math.abs(error);
  };

  return {
    reads: ['value'],
    add(outputs, targets) {
      const answers = numbersOf(outputs['value']);
      const truths = numbersOf(targets['value']).map(truthOf);
      return Float32Array.from(truths, (truth, row) => add(truth, required(answers[row], `the answer ${row}`)));
    },
    result: (): Scores => ({
      decides: 'mae',
      metrics: {
        mae: {
          value: absolute / count,
          better: 'lower',
          title: 'mean absolute error',
          meaning: 'How far answers are from the truth, on average.',
          ...(unit ? { unit } : {}),
        },
        rmse: {
          value: Math.sqrt(squared / count),
          better: 'lower',
          title: 'root mean squared error',
          meaning: 'How far answers are from the truth, where large errors count more.',
          ...(unit ? { unit } : {}),
        },
        ...(spread > 0 ? { r2: determination(squared, spread) } : {}),
      },
      panels: panelsOf(points.kept(), unit),
    }),
  };
}

const determination = (squared: number, spread: number): Metric => ({
  value: 1 - squared / spread,
  better: 'higher',
  title: 'R²',
  meaning:
    'Share of the variance of the truths that answers explain: 1 is perfect, 0 no better than always their mean.',
});

function panelsOf(points: readonly (readonly [truth: number, answer: number])[], unit?: string): Panel[] {
  const residuals = points.map(([truth, answer]) => answer - truth);
  const named = (name: string): string => (unit ? `${name} (${unit})` : name);
  return [
    {
      kind: 'points',
      title: 'Truths and answers',
      meaning: 'A perfect answer lies on the diagonal.',
      x: named('truth'),
      y: named('answer'),
      at: points,
      ideal: 'diagonal',
    },
    {
      kind: 'points',
      title: 'Residuals',
      meaning: 'What is too much or too little in each answer: a pattern shows what the model does not see.',
      x: named('answer'),
      y: named('answer − truth'),
      at: points.map(([truth, answer]) => [answer, answer - truth]),
      ideal: 'zero',
    },
    {
      kind: 'bars',
      title: named('Errors'),
      meaning: 'How often answers are so much above or below the truth.',
      unit: '%',
      bars: histogram(residuals),
    },
  ];
}
