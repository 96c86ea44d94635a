import type { SymbolicTensor } from '@sensorium/contracts';
import { add, cos, div, exp, maximum, minimum, mul, sqrt, square, sub } from './operators/arithmetic.js';
import { sumSquare } from './operators/reduction.js';
import { constant } from './value.js';

export interface StepContext {
  /** 1 at the first step; float32 scalar. */
  readonly step: SymbolicTensor;
  /** float32 scalar */
  readonly learningRate: SymbolicTensor;
}

export interface UpdateContext {
  readonly parameter: SymbolicTensor;
  readonly gradient: SymbolicTensor;
  /** This optimizer's own state for this parameter, as `slots` names it, each of the parameter's shape, at first 0. */
  readonly slots: readonly SymbolicTensor[];
  /** Whether weight decay applies to this parameter. */
  readonly decay: boolean;
}

export interface Update {
  readonly parameter: SymbolicTensor;
  readonly slots: readonly SymbolicTensor[];
}

export interface Optimizer {
  readonly slots: readonly string[];
  /** Computes what is common to all parameters of one step, and gives the update of each. */
  begin(step: StepContext): (context: UpdateContext) => Update;
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
    begin({ step, learningRate }) {
      // m̂ = M (1 − β₁) / (1 − β₁ᵗ), and the same for v̂ under its root.
      const firstScale = div(1 - beta1, sub(1, exp(mul(step, Math.log(beta1)))));
      const secondScale = sqrt(div(1 - beta2, sub(1, exp(mul(step, Math.log(beta2))))));
      const rate = mul(learningRate, div(firstScale, secondScale));
      const floor = div(epsilon, secondScale);
      const keep = sub(1, mul(learningRate, weightDecay));
      return ({ parameter, gradient, slots: [first, second], decay }) => {
        if (!first || !second) throw new Error('AdamW has two slots');
        const nextFirst = add(mul(first, beta1), gradient);
        const nextSecond = add(mul(second, beta2), square(gradient));
        const moved = div(mul(nextFirst, rate), add(sqrt(nextSecond), floor));
        const kept = decay && weightDecay > 0 ? mul(parameter, keep) : parameter;
        return { parameter: sub(kept, moved), slots: [nextFirst, nextSecond] };
      };
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
    begin({ learningRate }) {
      const keep = sub(1, mul(learningRate, weightDecay));
      return ({ parameter, gradient, slots: [velocity], decay }) => {
        if (!velocity) throw new Error('SGD has one slot');
        const next = add(mul(velocity, momentum), gradient);
        const kept = decay && weightDecay > 0 ? mul(parameter, keep) : parameter;
        return { parameter: sub(kept, mul(next, learningRate)), slots: [next] };
      };
    },
  };
}

/** From the step (1, 2, …; float32 scalar) to the factor of the peak learning rate. */
export type Schedule = (step: SymbolicTensor) => SymbolicTensor;

export interface ScheduleOptions {
  readonly shape: 'constant' | 'linear' | 'cosine';
  readonly steps: number;
  /** So many steps rise linearly: step / warmup of the peak. */
  readonly warmup: number;
}

/** A linear warm-up, then constant, or a linear or cosine (Loshchilov & Hutter 2017) fall to 0 at step `steps`. */
export function schedule({ shape, steps, warmup }: ScheduleOptions): Schedule {
  return (step) => {
    const rise = warmup > 0 ? minimum(div(step, warmup), 1) : constant(1);
    if (shape === 'constant') return rise;
    const done = minimum(maximum(div(sub(step, warmup), Math.max(1, steps - warmup)), 0), 1);
    const fall = shape === 'linear' ? sub(1, done) : mul(add(cos(mul(done, Math.PI)), 1), 0.5);
    return mul(rise, fall);
  };
}

/** √Σ g² over all gradients, at least one. */
export function globalNorm(gradients: readonly SymbolicTensor[]): SymbolicTensor {
  return sqrt(gradients.map((gradient) => sumSquare(gradient)).reduce((a, b) => add(a, b)));
}
