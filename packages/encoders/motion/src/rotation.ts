import type { Random } from '@sensorium/contracts';

/**
 * The places of channels that are the axes of one vector: those whose names differ in one letter, x, y or z. Two or three
 * each, in this order.
 */
export function axesOf(names: readonly string[]): number[][] {
  const groups = new Map<string, (number | undefined)[]>();
  for (const [index, name] of names.entries()) {
    const [, before, axis, after] = /^(.*)([xyz])(.*)$/i.exec(name) ?? [];
    if (axis === undefined) continue;
    const key = `${before}*${after}`;
    const group = groups.get(key) ?? [];
    group['xyz'.indexOf(axis.toLowerCase())] = index;
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(([x, y, z]) => {
    if (x === undefined || y === undefined) return [];
    return [z === undefined ? [x, y] : [x, y, z]];
  });
}

/** Turns vectors in place: two or three lines of coordinates. */
export type Rotation = (coordinates: readonly Float32Array[]) => void;

/** A turn by up to `most` radians: of three coordinates around any axis, of two in their plane. */
export function drawRotation(most: number, random: Random): Rotation {
  const angle = most * (2 * random.uniform() - 1);
  const space = matrixOf(angle, directionOf(random));
  const plane = matrixOf(angle, [0, 0, 1]);
  return (coordinates) => {
    const matrix = coordinates.length === 2 ? plane : space;
    const [first] = coordinates as [Float32Array];
    for (let row = 0; row < first.length; row++) {
      const vector = coordinates.map((line) => line[row] as number);
      for (const [axis, line] of coordinates.entries()) {
        line[row] = vector.reduce((sum, value, other) => sum + value * (matrix[axis]?.[other] as number), 0);
      }
    }
  };
}

type Vector = readonly [number, number, number];

/** Every direction is as likely. */
function directionOf(random: Random): Vector {
  const vector = [random.normal(), random.normal(), random.normal()] as const;
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** Rodrigues' formula: R = cos·I + sin·[u]× + (1 − cos)·u uᵀ */
function matrixOf(angle: number, [x, y, z]: Vector): readonly Vector[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const t = 1 - c;
  return [
    [c + t * x * x, t * x * y - s * z, t * x * z + s * y],
    [t * x * y + s * z, c + t * y * y, t * y * z - s * x],
    [t * x * z - s * y, t * y * z + s * x, c + t * z * z],
  ];
}
