import type { SymbolicTensor } from '@sensorium/contracts';
import { add, div, less, maximum, mul, sqrt, sub, sum, sumSquare, where } from '@sensorium/graph';

/** Gradients of two losses with respect to one tensor, of its shape both. */
export interface GradientPair {
  /** Of the loss of all modalities together. */
  readonly together: SymbolicTensor;
  /** Of the loss of one alone. */
  readonly alone: SymbolicTensor;
}

/** Shorter than this part of the plain sum, a combination is what rounding left of two gradients that are opposite. */
const SHORTEST = 1e-6;

/**
 * MMPareto (Wei & Hu 2024, algorithm 1) for all tensors of one encoder, whose gradients g of the joint loss and u of the
 * modality's own are taken as one vector each:
 *
 *   h = 2α·g + 2(1 − α)·u,   α = 1/2 where g·u ≥ 0,
 *                            α = (u·u − g·u) / (g·g + u·u − 2·g·u) where g·u < 0
 *
 * where they contradict each other, α gives the shortest vector between both (Désidéri 2012): it falls for both losses alike. Such a
 * vector is short, and noise counts for less in it, so it is made as long as the plain sum: h ← h · ‖g + u‖ / ‖h‖. The paper
 * multiplies by a further constant γ = 1.5, which is a learning rate of the encoders; here `trainable.learningRate` is that.
 * Where g and u are opposite there is no such vector, and h is 0.
 */
export function paretoGradients(pairs: readonly GradientPair[]): SymbolicTensor[] {
  const dot = total(pairs.map(({ together, alone }) => sum(mul(together, alone))));
  const [g, u] = [
    total(pairs.map(({ together }) => sumSquare(together))),
    total(pairs.map(({ alone }) => sumSquare(alone))),
  ];
  const contradict = less(dot, 0);
  const alpha = where(contradict, div(sub(u, dot), sub(add(g, u), mul(dot, 2))), 0.5);
  const [ofTogether, ofAlone] = [mul(alpha, 2), sub(2, mul(alpha, 2))];
  const combined = pairs.map(({ together, alone }) => add(mul(together, ofTogether), mul(alone, ofAlone)));
  const plain = sqrt(maximum(add(add(g, u), mul(dot, 2)), 0));
  const length = sqrt(total(combined.map((one) => sumSquare(one))));
  const shortest = mul(sqrt(add(g, u)), SHORTEST);
  const scale = where(contradict, where(less(length, shortest), 0, div(plain, length)), 1);
  return combined.map((one) => mul(one, scale));
}

const total = (scalars: readonly SymbolicTensor[]): SymbolicTensor => scalars.reduce((a, b) => add(a, b));
