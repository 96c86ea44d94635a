import { range, total } from '@sensorium/graph/testing';

export const dot = (a: readonly number[], b: readonly number[]): number =>
  total(a.map((value, index) => value * b[index]!));

export const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));

const mix = (a: readonly number[], b: readonly number[], share: number): number[] =>
  range(a.length).map((index) => share * a[index]! + (1 - share) * b[index]!);

/** MMPareto (Wei & Hu 2024) of two vectors in float64; the shortest vector between both is searched for, not computed. */
export function paretoReference(together: readonly number[], alone: readonly number[]): number[] {
  const plain = together.map((value, index) => value + alone[index]!);
  if (dot(together, alone) >= 0) return plain;
  let [low, high] = [0, 1];
  while (high - low > 1e-12) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (norm(mix(together, alone, a)) < norm(mix(together, alone, b))) high = b;
    else low = a;
  }
  const shortest = mix(together, alone, low);
  return shortest.map((value) => (value * norm(plain)) / norm(shortest));
}
