import { SensoriumError } from '@sensorium/contracts';

export interface Numbers {
  readonly learningRate: number;
  readonly clip: number | null;
  readonly accumulate?: number;
  readonly average?: number | null;
  readonly segments?: number;
}

type Rule = readonly [expected: string, holds: (value: number) => boolean];

const positive: Rule = ['a finite number above 0', (value) => Number.isFinite(value) && value > 0];
const notNegative: Rule = ['a finite number, at least 0', (value) => Number.isFinite(value) && value >= 0];
const count: Rule = ['a whole number, at least 1', (value) => Number.isInteger(value) && value >= 1];
const share: Rule = ['a number between 0 and 1', (value) => value > 0 && value < 1];

const rules: Readonly<Record<keyof Numbers, Rule>> = {
  learningRate: notNegative,
  clip: positive,
  accumulate: count,
  average: share,
  segments: count,
};

/** Throws SENSORIUM_MANIFEST_INVALID for the first that nothing can be trained with; those left out are right. */
export function checkNumbers(numbers: Numbers): void {
  for (const [name, [expected, holds]] of Object.entries(rules) as [keyof Numbers, Rule][]) {
    const value = numbers[name] ?? null;
    if (value === null || holds(value)) continue;
    throw new SensoriumError({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: `${name} is ${value}; it is ${expected}`,
      hint: `Give ${expected}${name === 'clip' || name === 'average' ? ', or null for none' : ''}.`,
      location: { key: name },
    });
  }
}
