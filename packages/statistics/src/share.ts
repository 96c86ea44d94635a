import type { Estimate } from '@sensorium/contracts';

/** How often such intervals hold what they estimate. */
export const LEVEL = 0.95;
/** The quantile of the standard normal distribution at (1 + level) / 2. */
const Z = 1.959963984540054;

/**
 * How many of some samples have a property, with Wilson's interval (Wilson 1927): sensible for few samples, and for shares of 0
 * and 1. Throws a RangeError unless 0 ≤ hits ≤ samples and there is a sample.
 */
export function share(hits: number, samples: number): Estimate {
  if (!(samples > 0 && hits >= 0 && hits <= samples)) {
    throw new RangeError(`a share is of at least one sample, and at most all of them, not ${hits} of ${samples}`);
  }
  const value = hits / samples;
  const weight = 1 + Z ** 2 / samples;
  const middle = (value + Z ** 2 / (2 * samples)) / weight;
  const reach = (Z / weight) * Math.sqrt((value * (1 - value)) / samples + Z ** 2 / (4 * samples ** 2));
  // At the ends rounding would leave the value out.
  const [low, high] = [Math.max(0, middle - reach), Math.min(1, middle + reach)];
  return { value, interval: { low: Math.min(low, value), high: Math.max(high, value), level: LEVEL } };
}
