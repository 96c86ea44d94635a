import type { Random } from '@sensorium/contracts';

/**
 * A number of the distribution Beta(α, α): the share of one of two gamma variates. Theirs are compared as logarithms, because
 * both of small α are too small for a number.
 */
export function beta(alpha: number, random: Random): number {
  const [first, second] = [logGamma(alpha, random), logGamma(alpha, random)];
  return 1 / (1 + Math.exp(second - first));
}

/** The logarithm of a gamma variate (Marsaglia & Tsang 2000); of α < 1 that of α + 1, times U^(1/α). */
function logGamma(alpha: number, random: Random): number {
  if (alpha < 1) return logGamma(alpha + 1, random) + Math.log(1 - random.uniform()) / alpha;
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    const u = 1 - random.uniform();
    if (v > 0 && Math.log(u) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}
