import { required, type Survey, type Surveyed, type Warning } from '@sensorium/contracts';

export interface SurveyOptions {
  readonly mean: number;
  readonly deviation: number;
  readonly unit?: string;
  /** How people read a number, with its unit. */
  readonly format: (value: number) => string;
}

/** So many deviations from the mean, a number is more likely a mistake than a rare truth. */
const FAR = 10;
/** So few different numbers in so many rows are names of kinds. */
const [FEW_NUMBERS, MANY_ROWS] = [5, 50];

/** What is known of numbers before training: where they lie, and what may be wrong with them. */
export async function surveyNumbers(options: SurveyOptions, values: AsyncIterable<Surveyed<number>>): Promise<Survey> {
  const { mean, deviation, unit, format } = options;
  const numbers: Surveyed<number>[] = [];
  for await (const one of values) numbers.push(one);
  numbers.sort((a, b) => a.value - b.value);
  const total = numbers.reduce((sum, { rows }) => sum + rows, 0);
  const [lowest, highest] = [required(numbers[0], 'a number').value, required(numbers.at(-1), 'a number').value];
  const middle = medianOf(numbers, total);
  const error = numbers.reduce((sum, { value, rows }) => sum + rows * Math.abs(value - middle), 0) / total;
  return {
    facts: [`${format(lowest)} to ${format(highest)}`, `mean ${format(mean)}, deviation ${format(deviation)}`],
    baseline: {
      metric: 'mae',
      value: error,
      title: `always ${format(middle)}, the median`,
      better: 'lower',
      ...(unit !== undefined && { unit }),
    },
    warnings: [...farOff(numbers, options), ...kinds(numbers, total)],
  };
}

/** @param numbers in their order */
function medianOf(numbers: readonly Surveyed<number>[], total: number): number {
  let seen = 0;
  const middle = numbers.find(({ rows }) => (seen += rows) >= total / 2);
  return required(middle, 'the median').value;
}

function farOff(numbers: readonly Surveyed<number>[], { mean, deviation, format }: SurveyOptions): Warning[] {
  const far = numbers.filter(({ value }) => Math.abs(value - mean) > FAR * deviation);
  if (far.length === 0) return [];
  const named = far.slice(0, 3).map(({ value }) => format(value));
  return [
    {
      code: 'number-far-off',
      message: `${far.length} ${far.length === 1 ? 'number lies' : 'numbers lie'} more than ${FAR} deviations from the mean: ${named.join(', ')}${far.length > 3 ? ', …' : ''}`,
      hint: 'Correct or remove them; where numbers differ by powers of ten, learn their logarithm.',
    },
  ];
}

function kinds(numbers: readonly Surveyed<number>[], total: number): Warning[] {
  if (numbers.length > FEW_NUMBERS || total < MANY_ROWS) return [];
  return [
    {
      code: 'numbers-few',
      message: `there are ${numbers.length} different numbers in ${total} rows`,
      hint: 'Where they name kinds of things, take classification: regression would learn what lies between them.',
    },
  ];
}
