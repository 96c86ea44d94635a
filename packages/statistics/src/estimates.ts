import { required, type Estimate, type Interval } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { LEVEL } from './share.js';

/** Adds up what is known of each sample, and says what comes of it: the same in any order, but for rounding. */
export interface Tally<T> {
  add(fact: T): void;
  /** By name; NaN where there is nothing to tell. */
  values(): Readonly<Record<string, number>>;
}

export interface Estimates<T> {
  add(fact: T): void;
  /**
   * By the names of the tally's values.
   *
   * @param options.intervals whether to compute them, as a meter is asked. Default true
   */
  result(options?: { readonly intervals?: boolean }): Readonly<Record<string, Estimate>>;
}

/** Of more samples there are no intervals: what is left to chance is less than what another split or seed changes. */
const MOST = 5_000;
/** Resamples: as many as take about so many additions, within bounds. */
const ADDITIONS = 5e5;
const [FEWEST_RESAMPLES, MOST_RESAMPLES] = [200, 1000];
const SEED = 0;

/**
 * Values over all samples, and of 2 to 5,000 samples with 95 % intervals: those of the percentile bootstrap (Efron 1979),
 * seeded, so that the same samples have the same intervals, and widened where they would not hold the value. Keeps the facts
 * of at most 5,000 samples.
 *
 * @param tally makes an empty one
 */
export function estimates<T>(tally: () => Tally<T>): Estimates<T> {
  const whole = tally();
  let facts: T[] | null = [];
  return {
    add(fact) {
      whole.add(fact);
      facts?.push(fact);
      if (facts && facts.length > MOST) facts = null;
    },
    result({ intervals: wanted = true } = {}) {
      const values = whole.values();
      const intervals = wanted && facts && facts.length > 1 ? bootstrap(facts, tally, values) : {};
      return Object.fromEntries(
        Object.entries(values).map(([name, value]) => {
          const interval = intervals[name];
          return [name, { value, ...(interval && { interval }) }] as const;
        }),
      );
    },
  };
}

function bootstrap<T>(
  facts: readonly T[],
  tally: () => Tally<T>,
  values: Readonly<Record<string, number>>,
): Record<string, Interval> {
  const random = createRandom(SEED, 'bootstrap');
  const resamples = Math.min(MOST_RESAMPLES, Math.max(FEWEST_RESAMPLES, Math.round(ADDITIONS / facts.length)));
  const found = Array.from({ length: resamples }, () => {
    const own = tally();
    for (let draw = 0; draw < facts.length; draw++) own.add(facts[random.integer(facts.length)] as T);
    return own.values();
  });
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const drawn = found.map((own) => required(own[name], `the value "${name}" of a resample`));
      const interval = intervalOf(drawn, value);
      return interval ? [[name, interval] as const] : [];
    }),
  );
}

/** Undefined where no resample has a value. */
function intervalOf(drawn: readonly number[], value: number): Interval | undefined {
  const sorted = drawn.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const tail = (1 - LEVEL) / 2;
  return {
    low: Math.min(value, quantile(sorted, tail)),
    high: Math.max(value, quantile(sorted, 1 - tail)),
    level: LEVEL,
  };
}

/** Between two, the mean by their distances (type 7 of Hyndman & Fan 1996). */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [Math.floor(place), Math.ceil(place)].map((index) =>
    required(sorted[index], `the value ${index} of the sorted ones`),
  ) as [number, number];
  return below + (place - Math.floor(place)) * (above - below);
}
