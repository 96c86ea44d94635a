import { required } from '@sensorium/contracts';

/** The levels of noise that MultiBench (Liang et al. 2021, https://arxiv.org/abs/2107.07502) measures at: σ = 0, 0.1 … 1. */
export const LEVELS: readonly number[] = Array.from({ length: 11 }, (_, index) => index / 10);

/**
 * Relative robustness: the area under performance against σ, by the trapezoid rule, divided by the width of σ. So it is the mean
 * performance over all levels, in the metric's own unit.
 *
 * @param values at `levels`, which ascend, two at least
 */
export function relativeRobustness(levels: readonly number[], values: readonly number[]): number {
  let area = 0;
  for (let at = 1; at < levels.length; at++) {
    const [from, to] = [at - 1, at].map((index) => required(levels[index], `level ${index}`)) as [number, number];
    area += ((valueAt(values, at - 1) + valueAt(values, at)) / 2) * (to - from);
  }
  return area / (required(levels.at(-1), 'the last level') - required(levels[0], 'the first level'));
}

/**
 * Effective robustness: what a model keeps beyond what a late fusion would, were it as good without noise:
 * Σ_σ f(σ) − β_f(σ), where β_f(σ) = LF(σ) + (f(0) − LF(0)).
 *
 * @param values f, at every level, of which the first is σ = 0
 * @param baseline LF, at the same levels
 */
export function effectiveRobustness(values: readonly number[], baseline: readonly number[]): number {
  const ahead = valueAt(values, 0) - valueAt(baseline, 0);
  return values.reduce((sum, value, at) => sum + value - (valueAt(baseline, at) + ahead), 0);
}

const valueAt = (values: readonly number[], at: number): number => required(values[at], `the value at level ${at}`);
