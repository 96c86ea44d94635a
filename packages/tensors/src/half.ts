/** IEEE 754 binary16, given as its bits: a sign, 5 bits of exponent, 10 of fraction. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The largest number that has a half which is finite; the nearest half of a larger one is infinite. */
export const LARGEST_HALF = 65504;

/** The bits of the nearest half; between two, of the one whose last bit is 0. */
export function toHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= LARGEST_HALF + 16) return sign | 0x7c00;
  // Halves below the smallest normal one, 2^-14, have its step.
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1)));
  const steps = roundedToEven(size * 2 ** (10 - exponent));
  // One step more than a fraction holds is the next exponent's first half.
  return sign | (size < 2 ** -14 ? steps : ((exponent + 14) << 10) + steps);
}

function roundedToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
