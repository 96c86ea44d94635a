/** Round numbers, evenly spaced, the first at or below the least value and the last at or above the greatest. */
export function outerTicks(values: readonly number[], intervals = 4): number[] {
  const [least, greatest] = withExtent(values);
  const step = roundStep((greatest - least) / intervals);
  const first = Math.floor(least / step + TOLERANCE);
  const last = Math.ceil(greatest / step - TOLERANCE);
  return multiples(step, first, last);
}

/**
 * Round numbers within least…greatest, at most about `most`.
 *
 * @param smallestStep 1 for whole numbers
 */
export function innerTicks(least: number, greatest: number, smallestStep = 0, most = 7): number[] {
  if (least === greatest) return [least];
  const step = Math.max(smallestStep, roundStep((greatest - least) / most));
  return multiples(step, Math.ceil(least / step - TOLERANCE), Math.floor(greatest / step + TOLERANCE));
}

/** What a quotient of decimals may be off by. */
const TOLERANCE = 1e-9;

const multiples = (step: number, first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step));

/** A constant is shown against zero, and zero against one. */
function withExtent(values: readonly number[]): [number, number] {
  const [least, greatest] = extentOf(values);
  if (least < greatest) return [least, greatest];
  return least === 0 ? [0, 1] : [Math.min(0, least), Math.max(0, greatest)];
}

/** The least and the greatest; 0 and 0 of none. */
export function extentOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 0];
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

/** The least of 1, 2, 5 and 10 times a power of ten that is not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5].find((factor) => factor * power >= step * (1 - TOLERANCE)) ?? 10;
  return tidy(factor * power);
}

/** 0.30000000000000004 → 0.3 */
const tidy = (value: number): number => Number(value.toPrecision(12));
