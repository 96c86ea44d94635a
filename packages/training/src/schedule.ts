import type { SymbolicTensor } from '@sensorium/contracts';
import { add, cos, div, exp, maximum, minimum, mul, sub, less, where } from '@sensorium/graph';
import { checkNumbers } from './check-numbers.js';

/** From where it stands (at step 1, 2, … or between; float32 of any shape) to the factor of the peak learning rate, element by element. */
export type Schedule = (step: SymbolicTensor) => SymbolicTensor;

export interface ScheduleOptions {
  readonly shape: 'constant' | 'linear' | 'cosine' | 'one-cycle';
  /** Of the whole training: at least 1. */
  readonly steps: number;
  /** So many of the steps rise to the peak: 0…steps. */
  readonly warmup: number;
}

/** Where one-cycle starts, as a part of the peak. */
const CYCLE_START = 1 / 25;

/**
 * - `constant`, `linear`, `cosine`: a linear warm-up, step / warmup of the peak, then constant, or a linear or cosine
 *   (Loshchilov & Hutter 2017) fall to 0 at step `steps`.
 * - `one-cycle` (Smith & Topin 2018): a cosine rise from 1/25 of the peak, then a cosine fall to 0.
 *
 * Throws SENSORIUM_MANIFEST_INVALID for numbers of steps that are none.
 */
export function schedule({ shape, steps, warmup }: ScheduleOptions): Schedule {
  checkNumbers({ steps, warmup });
  const done = (step: SymbolicTensor): SymbolicTensor => share(sub(step, warmup), steps - warmup);
  const rise = (step: SymbolicTensor): SymbolicTensor => minimum(div(step, Math.max(1, warmup)), 1);
  switch (shape) {
    case 'constant':
      return rise;
    case 'linear':
      return (step) => mul(rise(step), sub(1, done(step)));
    case 'cosine':
      return (step) => mul(rise(step), half(add(cos(mul(done(step), Math.PI)), 1)));
    case 'one-cycle':
      return (step) => {
        const up = half(sub(1, cos(mul(share(step, warmup), Math.PI))));
        const rising = add(mul(up, 1 - CYCLE_START), CYCLE_START);
        return where(less(step, warmup), rising, half(add(cos(mul(done(step), Math.PI)), 1)));
      };
  }
}

export interface SweepOptions {
  /** At least 2. */
  readonly steps: number;
  /** What the first step has of the peak, 0…1. */
  readonly lowest: number;
}

/** Exponentially from `lowest` at step 1 to the peak at step `steps`: a learning-rate range test (Smith 2017). */
export function sweep({ steps, lowest }: SweepOptions): Schedule {
  checkNumbers({ steps });
  return (step) => exp(mul(sub(step, steps), Math.log(1 / lowest) / (steps - 1)));
}

const half = (x: SymbolicTensor): SymbolicTensor => mul(x, 0.5);

/** steps / all, within 0…1 */
const share = (steps: SymbolicTensor, all: number): SymbolicTensor =>
  minimum(maximum(div(steps, Math.max(1, all)), 0), 1);
