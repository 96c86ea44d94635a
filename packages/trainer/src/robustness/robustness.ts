import { SensoriumError, type Metric } from '@sensorium/contracts';
import { effectiveRobustness } from './figures.js';

/** How a model's answers hold where inputs are noisy or missing. */
export interface Robustness {
  /** σ of the noise, ascending from 0. */
  readonly levels: readonly number[];
  /** Of each head that has a meter. */
  readonly heads: Readonly<Record<string, HeadRobustness>>;
  /** What was not tried, and why. */
  readonly notes: readonly string[];
}

/** Measured by the metric that decides. */
export interface HeadRobustness extends Pick<Metric, 'better' | 'unit' | 'title'> {
  readonly metric: string;
  /** With all inputs, as they are. */
  readonly value: number;
  readonly noise: readonly NoiseCurve[];
  readonly subsets: readonly SubsetScore[];
}

/** Noise on one input, or on all of them at once. */
export interface NoiseCurve {
  /** Those that are disturbed; the others are as they are. */
  readonly inputs: readonly string[];
  /** [levels] */
  readonly values: readonly number[];
  /** The mean over all levels, in the unit of the metric. */
  readonly relative: number;
  /** What is kept beyond a baseline, summed over the levels. */
  readonly effective?: number;
}

export interface SubsetScore {
  /** Those that are there; the others are missing. */
  readonly inputs: readonly string[];
  readonly value: number;
}

/**
 * Adds what each curve keeps beyond that of a baseline, which was measured under the same noise. Throws SENSORIUM_USAGE where the
 * baseline lacks a curve, or a head judges by another metric.
 */
export const against = (robustness: Robustness, baseline: Robustness): Robustness => ({
  ...robustness,
  heads: Object.fromEntries(
    Object.entries(robustness.heads).map(([name, head]) => {
      const other = Object.hasOwn(baseline.heads, name) ? baseline.heads[name] : undefined;
      if (other?.metric !== head.metric) throw otherHead(name, head, other);
      const noise = head.noise.map((curve) => {
        const same = other.noise.find(({ inputs }) => String(inputs) === String(curve.inputs));
        if (!same) throw otherInputs(curve);
        return { ...curve, effective: effectiveRobustness(curve.values, same.values) };
      });
      return [name, { ...head, noise }];
    }),
  ),
});

const hint = 'Effective robustness compares models of the same inputs and heads: give a late fusion of them.';

const otherHead = (name: string, { metric }: HeadRobustness, other: HeadRobustness | undefined): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: other
      ? `the head "${name}" of the baseline is judged by ${other.metric}, and that of the model by ${metric}`
      : `the baseline has no head "${name}" that is judged`,
    hint,
  });

const otherInputs = ({ inputs }: NoiseCurve): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `the baseline was not measured with noise on ${inputs.map((name) => `"${name}"`).join(' and ')}`,
    hint,
  });
