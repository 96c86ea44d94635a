import type { Estimate } from '@sensorium/contracts';

/** What is wrong with the interval of a value, if it has one. */
export function wrongInterval({ value, interval }: Estimate): string[] {
  if (!interval) return [];
  const { low, high, level } = interval;
  return [
    ...([low, high].every(Number.isFinite) ? [] : [`is ${low} … ${high}, not two finite numbers`]),
    ...(low <= value && value <= high ? [] : [`is ${low} … ${high} and does not hold the value ${value}`]),
    ...(level > 0 && level < 1 ? [] : [`holds it ${level} of the times, not a share between 0 and 1`]),
  ];
}
