import type { SymbolicTensor, Symbols } from '@sensorium/contracts';
import { add, div, exp, mul, sign, sqrt, square, sub } from '@sensorium/graph';

export interface StepContext {
  /** 1 at the first step. float32 of any shape: the numbers of several steps are computed at once. */
  readonly step: SymbolicTensor;
  /** float32, of the same shape */
  readonly learningRate: SymbolicTensor;
}

export interface UpdateContext {
  /** After weight decay. */
  readonly parameter: SymbolicTensor;
  readonly gradient: SymbolicTensor;
  /** This optimizer's own state for this parameter, as `slots` names it, each of the parameter's shape, at first 0. */
  readonly slots: readonly SymbolicTensor[];
  /** What `coefficients` gave for this step: scalars. */
  readonly coefficients: Symbols;
}

export interface Update {
  readonly parameter: SymbolicTensor;
  readonly slots: readonly SymbolicTensor[];
}

export interface Optimizer {
  readonly slots: readonly string[];
  /**
   * Decoupled weight decay (Loshchilov & Hutter 2019), for parameters that decay and have none of their own: before its
   * update a parameter is multiplied by 1 − learning rate · decay.
   */
  readonly weightDecay: number;
  /** What depends on the step alone, element by element: computed for a whole chunk of steps before the first of them. */
  coefficients(context: StepContext): Symbols;
  /** One step of one parameter. */
  update(context: UpdateContext): Update;
}

export interface AdamWOptions {
  /** Default 0.9 */
  beta1?: number;
  /** Default 0.999 */
  beta2?: number;
  /** Default 1e-8 */
  epsilon?: number;
  /** Default 0.01 */
  weightDecay?: number;
}

/**
 * AdamW (Loshchilov & Hutter 2019). The moments are kept divided by 1 − β, which saves three passes over every
 * parameter: M = Σ βⁱ g, V = Σ βⁱ g², and the factors go into the scalar learning rate.
 */
export function adamw({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0.01,
}: AdamWOptions = {}): Optimizer {
  return {
    slots: ['first', 'second'],
    weightDecay,
    coefficients({ step, learningRate }) {
      // m̂ = M (1 − β₁) / (1 − β₁ᵗ), and the same for v̂ under its root.
      const firstScale = div(1 - beta1, sub(1, exp(mul(step, Math.log(beta1)))));
      const secondScale = sqrt(div(1 - beta2, sub(1, exp(mul(step, Math.log(beta2))))));
      return {
        rate: mul(learningRate, div(firstScale, secondScale)),
        floor: div(epsilon, secondScale),
      };
    },
    update({ parameter, gradient, slots, coefficients }) {
      const [first, second] = slots as [SymbolicTensor, SymbolicTensor];
      const { rate, floor } = coefficients as Record<'rate' | 'floor', SymbolicTensor>;
      const nextFirst = add(mul(first, beta1), gradient);
      const nextSecond = add(mul(second, beta2), square(gradient));
      const moved = div(mul(nextFirst, rate), add(sqrt(nextSecond), floor));
      return { parameter: sub(parameter, moved), slots: [nextFirst, nextSecond] };
    },
  };
}

export interface LionOptions {
  /** Default 0.9 */
  beta1?: number;
  /** Default 0.99 */
  beta2?: number;
  /** Default 0.01 */
  weightDecay?: number;
}

/**
 * Lion (Chen et al. 2023): p ← p − lr · (sign(β₁ m + (1 − β₁) g) + decay · p), m ← β₂ m + (1 − β₂) g. It wants a learning
 * rate 3 to 10 times smaller than AdamW's.
 */
export function lion({ beta1 = 0.9, beta2 = 0.99, weightDecay = 0.01 }: LionOptions = {}): Optimizer {
  return {
    slots: ['momentum'],
    weightDecay,
    coefficients: ({ learningRate }) => ({ rate: learningRate }),
    update({ parameter, gradient, slots, coefficients }) {
      const [momentum] = slots as [SymbolicTensor];
      const { rate } = coefficients as Record<'rate', SymbolicTensor>;
      const direction = sign(add(mul(momentum, beta1), mul(gradient, 1 - beta1)));
      const next = add(mul(momentum, beta2), mul(gradient, 1 - beta2));
      return { parameter: sub(parameter, mul(direction, rate)), slots: [next] };
    },
  };
}

export interface SgdOptions {
  /** Default 0.9 */
  momentum?: number;
  /** Decoupled, as in AdamW. Default 0 */
  weightDecay?: number;
}

/** Stochastic gradient descent with heavy-ball momentum: v ← μv + g, p ← p − lr · v. */
export function sgd({ momentum = 0.9, weightDecay = 0 }: SgdOptions = {}): Optimizer {
  return {
    slots: ['velocity'],
    weightDecay,
    coefficients: ({ learningRate }) => ({ rate: learningRate }),
    update({ parameter, gradient, slots, coefficients }) {
      const [velocity] = slots as [SymbolicTensor];
      const { rate } = coefficients as Record<'rate', SymbolicTensor>;
      const next = add(mul(velocity, momentum), gradient);
      return { parameter: sub(parameter, mul(next, rate)), slots: [next] };
    },
  };
}
