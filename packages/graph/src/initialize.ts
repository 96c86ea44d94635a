import { at } from './shape.js';
import type { Initializer } from '@sensorium/contracts';

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Every element the same. */
export const filled =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(count(shape)).fill(value);

export const zeros: Initializer = filled(0);
export const ones: Initializer = filled(1);

/** Normal with mean 0. */
export const normal =
  (deviation: number): Initializer =>
  (shape, random) =>
    Float32Array.from({ length: count(shape) }, () => random.normal() * deviation);

/** Uniform in [−bound, bound). */
export const uniform =
  (bound: number): Initializer =>
  (shape, random) =>
    Float32Array.from({ length: count(shape) }, () => (random.uniform() * 2 - 1) * bound);

/** For a matrix [in,out]: uniform with variance 2 / (in + out) (Glorot & Bengio 2010). */
export const glorot: Initializer = (shape, random) => {
  const [fanIn, fanOut] = [count(shape.slice(0, -1)), at(shape, shape.length - 1)];
  return uniform(Math.sqrt(6 / (fanIn + fanOut)))(shape, random);
};

/** For a convolution's [out,in,kernel…]: normal with variance 2 / fan-in (He et al. 2015), right before a ReLU. */
export const he: Initializer = (shape, random) => normal(Math.sqrt(2 / count(shape.slice(1))))(shape, random);
