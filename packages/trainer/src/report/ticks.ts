/** Round numbers, evenly spaced, the first at or below the least value and the last at or above the greatest. */
export function valueTicks(values: readonly number[], intervals = 4): number[] {
  const [least, greatest] = withExtent(values);
  const step = roundStep((greatest - least) / intervals);
  const first = Math.floor(least / step + TOLERANCE);
  const last = Math.ceil(greatest / step - TOLERANCE);
  return Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step));
}

/** Whole numbers within first…last, at most about `most`. */
export function epochTicks(first: number, last: number, most = 8): number[] {
  const step = Math.max(1, roundStep((last - first) / most));
  const start = Math.ceil(first / step) * step;
  return Array.from({ length: Math.floor((last - start) / step) + 1 }, (_, index) => start + index * step);
}

/** What a quotient of decimals may be off by. */
const TOLERANCE = 1e-9;

/** A constant is shown against zero, and zero against one. */
function withExtent(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (least < greatest) return [least, greatest];
  return least === 0 ? [0, 1] : [Math.min(0, least), Math.max(0, greatest)];
}

/** The least of 1, 2, 5 times a power of ten that is not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5].find((factor) => factor * power >= step * (1 - TOLERANCE)) ?? 10;
  return tidy(factor * power);
}

/** 0.30000000000000004 → 0.3 */
const tidy = (value: number): number => Number(value.toPrecision(12));
