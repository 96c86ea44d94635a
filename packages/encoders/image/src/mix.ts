import type { Mixed, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  and,
  cast,
  constant,
  div,
  floor,
  greaterOrEqual,
  knownSize,
  less,
  mul,
  reshape,
  slice,
  sqrt,
  square,
  sub,
  sum,
  where,
} from '@sensorium/graph';

export const mixtures = ['mixup', 'cutmix'] as const;

/** Pictures [B,S,S,3] and their partners, mixed. */
export type Mixture = (
  scope: Scope,
  pixels: SymbolicTensor,
  partner: SymbolicTensor,
  ratio: SymbolicTensor,
) => MixedPixels;

interface MixedPixels {
  readonly pixels: SymbolicTensor;
  readonly ratio: Mixed['ratio'];
}

/** λ · x + (1 − λ) · partner (Zhang et al. 2018) */
export const mixup: Mixture = (_, pixels, partner, ratio) => {
  const [own, other] = [pixels, partner].map((x) => cast(x, 'float32')) as [SymbolicTensor, SymbolicTensor];
  return { pixels: add(mul(own, ratio), mul(other, sub(1, ratio))), ratio };
};

/**
 * A square of the partner in the picture, at the same place in the whole batch (Yun et al. 2019): its side is S·√(1 − λ) in whole
 * pixels, it lies anywhere within, and what counts is the share of pixels that it leaves.
 */
export const cutmix: Mixture = (scope, pixels, partner, ratio) => {
  const size = knownSize(pixels.shape, 1);
  const side = floor(add(mul(sqrt(sub(1, ratio)), size), 0.5));
  // Random numbers have 8 bits, and pictures up to 1024 places.
  const chance = sum(mul(scope.random([2, 2]), constant([1, 1 / 256])), [1]);
  const place = floor(mul(chance, add(sub(size, side), 1)));
  const [top, left] = [0, 1].map((axis) => reshape(slice(place, 0, axis, axis + 1), [1, 1, 1, 1])) as [
    SymbolicTensor,
    SymbolicTensor,
  ];
  const numbers = Array.from({ length: size }, (_, index) => index);
  const inside = and(
    within(constant(numbers, 'float32', [1, size, 1, 1]), top, side),
    within(constant(numbers, 'float32', [1, 1, size, 1]), left, side),
  );
  return { pixels: where(inside, partner, pixels), ratio: sub(1, square(div(side, size))) };
};

const within = (positions: SymbolicTensor, start: SymbolicTensor, length: SymbolicTensor): SymbolicTensor =>
  and(greaterOrEqual(positions, start), less(positions, add(start, length)));
