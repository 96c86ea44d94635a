import { required, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import { add, div, exp, greater, maximum, mean, mul, sqrt, square, sub, tanh, where } from '@sensorium/graph';
import type { Feed } from './feed.js';
import type { Pack } from './pack.js';

/** α of the paper, as its authors’ code has it. */
const STRENGTH = 0.1;

/**
 * How much of its gradient each encoder keeps by on-the-fly modulation (OGM, Peng et al. 2022), from the losses of its modality
 * alone in a batch:
 *
 *   k = 1 − tanh(0.1·ρ) where ρ > 1, else 1;   ρ = s / mean of the others’ s,   s = exp(−loss)
 *
 * The paper’s score s is the sum over the batch of the probabilities of the true labels, of a part of the joint layer that reads
 * the modality. Here it is the geometric mean of these probabilities, of a head of the modality’s own, so that any task whose loss
 * is a negative logarithm of a likelihood, up to a constant, has one. With more than two modalities each is compared with the mean
 * of the others.
 */
export function coefficientsOf(alone: Symbols): Record<string, SymbolicTensor> {
  const all = Object.entries(alone);
  return Object.fromEntries(
    all.map(([encoder, loss]) => {
      const others = all.flatMap(([other, its]) => (other === encoder ? [] : [exp(sub(loss, its))]));
      const ratio = div(
        others.length,
        others.reduce((a, b) => add(a, b)),
      );
      return [encoder, where(greater(ratio, 1), sub(1, tanh(mul(ratio, STRENGTH))), 1)];
    }),
  );
}

/**
 * Modulates the gradients of encoders, and adds to each tensor’s gradient normal noise of mean 0 and its own deviation (generalisation
 * enhancement, GE, in the same paper), for gradients that are smaller are less noisy as well, and noise generalises.
 */
export function modulated(alone: Symbols, random: Feed['random']) {
  const coefficients = coefficientsOf(alone);
  return (encoder: string, pack: Pack, gradient: SymbolicTensor): SymbolicTensor => {
    const parts = pack.part(gradient);
    const noise = pack.part(random({ shape: gradient.shape, kind: 'normal' }));
    const noisy = parts.map((part, index) => {
      const scaled = mul(part, required(coefficients[encoder], encoder));
      return add(scaled, mul(required(noise[index], 'noise'), deviation(part)));
    });
    return pack.join(noisy);
  };
}

/** Over all elements: a scalar. */
const deviation = (x: SymbolicTensor): SymbolicTensor => sqrt(maximum(sub(mean(square(x)), square(mean(x))), 0));
