import { required, type Baseline, type Meter, type Metric, type Panel, type Tensors } from '@sensorium/contracts';
import { estimates } from '@sensorium/statistics';
import { histogram } from './histogram.js';
import { numbersOf } from './prediction.js';
import { evenSample } from './sample.js';
import { tallyOfErrors, type Pair } from './tally.js';

/** Points that panels show at most. */
const MOST_POINTS = 1000;

export interface MeterOptions {
  readonly unit?: string;
  /** The truth of what stands in the target. */
  readonly truthOf: (target: number) => number;
  /** How people read a number, with its unit. */
  readonly format: (value: number) => string;
}

/**
 * Errors of answers in the unit of the table, in memory of a number a sample; panels show at most 1,000 samples, evenly chosen.
 * A sample's badness is its absolute error.
 */
export function regressionMeter({ unit, truthOf, format }: MeterOptions): Meter {
  const points = evenSample<Pair>(MOST_POINTS);
  const errors = estimates(tallyOfErrors);
  const truths: number[] = [];

  const pairsOf = (outputs: Tensors, targets: Tensors): Pair[] => {
    const answers = numbersOf(outputs['value']);
    return numbersOf(targets['value']).map((target, row) => [truthOf(target), required(answers[row], `answer ${row}`)]);
  };

  return {
    reads: ['value'],
    add: (outputs, targets) =>
      Float32Array.from(pairsOf(outputs, targets), (pair) => {
        const [truth, answer] = pair;
        errors.add(pair);
        points.add(pair);
        truths.push(truth);
        return Math.abs(answer - truth);
      }),
    details: (outputs, targets) =>
      pairsOf(outputs, targets).map(([truth, answer]) => [
        { title: 'off by', text: `${answer > truth ? '+' : ''}${format(answer - truth)}` },
      ]),
    result(options) {
      const { mae, rmse, r2 } = errors.result(options);
      const [median, mean] = baselinesOf(truths, format);
      const inUnit = unit ? { unit } : {};
      return {
        decides: 'mae',
        metrics: {
          mae: {
            ...required(mae, 'the mean absolute error'),
            better: 'lower',
            title: 'mean absolute error',
            meaning: 'How far answers are from the truth, on average.',
            baseline: median,
            ...inUnit,
          },
          rmse: {
            ...required(rmse, 'the root mean squared error'),
            better: 'lower',
            title: 'root mean squared error',
            meaning: 'How far answers are from the truth, where large errors count more.',
            baseline: mean,
            ...inUnit,
          },
          ...(r2 && !Number.isNaN(r2.value) && { r2: determination(r2, mean) }),
        },
        panels: panelsOf(points.kept(), unit),
      };
    },
  };
}

const determination = (r2: Pick<Metric, 'value' | 'interval'>, { title }: Baseline): Metric => ({
  ...r2,
  better: 'higher',
  title: 'R²',
  meaning: 'Share of the variance of the truths that answers explain: 1 is perfect.',
  baseline: { value: 0, title },
});

/** The least mean absolute and root mean squared error that always the same number has. */
function baselinesOf(truths: readonly number[], format: (value: number) => string): [Baseline, Baseline] {
  const sorted = truths.toSorted((a, b) => a - b);
  const median = required(sorted[Math.floor((sorted.length - 1) / 2)], 'the median of the truths');
  const mean = meanOf(truths);
  return [
    { value: meanOf(truths.map((truth) => Math.abs(truth - median))), title: `always ${format(median)}` },
    { value: Math.sqrt(meanOf(truths.map((truth) => (truth - mean) ** 2))), title: `always ${format(mean)}` },
  ];
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function panelsOf(points: readonly (readonly [truth: number, answer: number])[], unit?: string): Panel[] {
  const residuals = points.map(([truth, answer]) => answer - truth);
  const named = (name: string): string => (unit ? `${name} (${unit})` : name);
  return [
    {
      kind: 'points',
      title: 'Truths and answers',
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
