import type { Series } from './series.js';

/** Mean and deviation of numbers, one after the other (Welford 1962). */
export class Moments {
  private count = 0;
  private squares = 0;
  mean = 0;

  add(value: number): void {
    this.count++;
    const difference = value - this.mean;
    this.mean += difference / this.count;
    this.squares += difference * (value - this.mean);
  }

  /** The deviation: 0 where all numbers are the same, or there is none. */
  get spread(): number {
    return Math.sqrt(this.squares / Math.max(1, this.count));
  }

  /** The deviation as a divisor: 1 where all numbers are the same, or there is none, so that what never changes is 0. */
  get deviation(): number {
    return this.spread > 0 ? this.spread : 1;
  }
}

/** Adds the values of each of the columns of a series to the moments at its place. Gaps are left out. */
export function addMoments({ channels, values }: Series, columns: readonly number[], moments: Moments[]): void {
  for (const [index, column] of columns.entries()) {
    const own = (moments[index] ??= new Moments());
    for (let at = column; at < values.length; at += channels.length) {
      const value = values[at] as number;
      if (!Number.isNaN(value)) own.add(value);
    }
  }
}
