import { required } from '@sensorium/contracts';

/** A hash of three integers, uniform in [0, 1). The rounds are those of MurmurHash3's finalizer. */
function hash(seed: number, x: number, y: number): number {
  let bits = (seed ^ Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77)) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** The direction of a scene's gradient, in radians. */
export const gradientAngle = (seed: number): number => 2 * Math.PI * hash(seed, -1, -1);

const cells = 32;

/**
 * Smooth noise in [-1, 1] over the unit square, fixed by `seed`: random values on a lattice, interpolated. Because it
 * belongs to the scene and not to the pixels, a picture has the same grain at every resolution.
 */
export function grain(seed: number): (x: number, y: number) => number {
  const side = cells + 2;
  const lattice = Float32Array.from(
    { length: side * side },
    (_, index) => 2 * hash(seed, index % side, Math.floor(index / side)) - 1,
  );
  const at = (column: number, row: number): number => required(lattice[row * side + column], 'a point of the grain');
  return (x, y) => {
    const column = Math.floor(x * cells);
    const row = Math.floor(y * cells);
    const right = x * cells - column;
    const down = y * cells - row;
    const top = at(column, row) * (1 - right) + at(column + 1, row) * right;
    const bottom = at(column, row + 1) * (1 - right) + at(column + 1, row + 1) * right;
    return top * (1 - down) + bottom * down;
  };
}
