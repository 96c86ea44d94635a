import type { Random, RandomKind, Tensor } from '@sensorium/contracts';

export interface NoiseShape {
  readonly kind: RandomKind;
  readonly shape: readonly number[];
}

/** Elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** What a training program is fed as noise: random bytes where it is uniform, else float32. One stream for each step. */
export function programNoise(
  { kind, shape }: NoiseShape,
  leading: readonly number[],
  streams: readonly Random[],
): Tensor {
  const whole = [...leading, ...shape];
  const perStep = sizeOf(whole) / streams.length;
  if (kind === 'uniform') {
    const data = new Uint8Array(sizeOf(whole));
    streams.forEach((stream, step) => data.set(stream.bytes(perStep), step * perStep));
    return { dtype: 'uint8', shape: whole, data };
  }
  const data = new Float32Array(sizeOf(whole));
  streams.forEach((stream, step) => data.subarray(step * perStep, (step + 1) * perStep).set(normals(stream, perStep)));
  return { dtype: 'float32', shape: whole, data };
}

/** What a model is fed as noise: float32. */
export function modelNoise({ kind, shape }: NoiseShape, random: Random): Tensor<'float32'> {
  const size = sizeOf(shape);
  const data = kind === 'normal' ? normals(random, size) : Float32Array.from({ length: size }, () => random.uniform());
  return { dtype: 'float32', shape, data };
}

const normals = (random: Random, count: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal());
