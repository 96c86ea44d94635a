import { SensoriumError } from '@sensorium/contracts';

type Rule = readonly [expected: string, holds: (value: number, others: Numbers) => boolean];

const positive: Rule = ['a finite number above 0', (value) => Number.isFinite(value) && value > 0];
const notNegative: Rule = ['a finite number, at least 0', (value) => Number.isFinite(value) && value >= 0];
const count: Rule = ['a whole number, at least 1', (value) => Number.isInteger(value) && value >= 1];
const share: Rule = ['a number between 0 and 1', (value) => value > 0 && value < 1];
const someSteps: Rule = [
  'a whole number of steps, from 0 to all of them',
  (value, { steps }) => Number.isInteger(value) && value >= 0 && value <= (steps ?? Infinity),
];

const rules = {
  learningRate: notNegative,
  clip: positive,
  accumulate: count,
  average: share,
  segments: count,
  steps: count,
  warmup: someSteps,
} as const satisfies Readonly<Record<string, Rule>>;

export type Numbers = Readonly<Partial<Record<keyof typeof rules, number | null>>>;

/** Throws SENSORIUM_MANIFEST_INVALID for the first that nothing can be trained with; those left out are right. */
export function checkNumbers(numbers: Numbers): void {
  for (const [name, [expected, holds]] of Object.entries(rules) as [keyof Numbers, Rule][]) {
    const value = numbers[name] ?? null;
    if (value === null || holds(value, numbers)) continue;
    throw new SensoriumError({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: `${name} is ${value}; it is ${expected}`,
      hint: `Give ${expected}${name === 'clip' || name === 'average' ? ', or null for none' : ''}.`,
      location: { key: name },
    });
  }
}
