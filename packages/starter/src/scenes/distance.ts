import type { SceneObject, ShapeName } from './scene.js';

/** Distance from (x, y) to a shape's outline: negative inside. One unit is the object's radius, y points down. */
export type SignedDistance = (x: number, y: number) => number;

const box = (x: number, y: number, halfWidth: number, halfHeight: number): number => {
  const beyondX = Math.abs(x) - halfWidth;
  const beyondY = Math.abs(y) - halfHeight;
  const outside = Math.sqrt(Math.max(beyondX, 0) ** 2 + Math.max(beyondY, 0) ** 2);
  return outside + Math.min(Math.max(beyondX, beyondY), 0);
};

const distanceToSegment = (x: number, y: number, ax: number, ay: number, bx: number, by: number): number => {
  const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
  const t = Math.min(Math.max(along, 0), 1);
  const dx = x - ax - t * (bx - ax);
  const dy = y - ay - t * (by - ay);
  return Math.sqrt(dx * dx + dy * dy);
};

/**
 * A star or regular polygon: the outline goes to and fro between `outer` (first straight up) and `inner` radius.
 * By symmetry only one edge matters, that of the half sector into which (x, y) is folded.
 */
const starShaped = (points: number, outer: number, inner: number): SignedDistance => {
  const half = Math.PI / points;
  const innerX = inner * Math.cos(half);
  const innerY = inner * Math.sin(half);
  const side = (px: number, py: number): number => (innerX - outer) * py - innerY * (px - outer);
  const inside = Math.sign(side(0, 0));
  return (x, y) => {
    const turn = Math.atan2(x, -y);
    const folded = Math.abs(turn - 2 * half * Math.round(turn / (2 * half)));
    const radius = Math.sqrt(x * x + y * y);
    const px = radius * Math.cos(folded);
    const py = radius * Math.sin(folded);
    const distance = distanceToSegment(px, py, outer, 0, innerX, innerY);
    return side(px, py) * inside > 0 ? -distance : distance;
  };
};

const rounded =
  (distance: SignedDistance, corner: number): SignedDistance =>
  (x, y) =>
    distance(x, y) - corner;

/** Sizes are chosen so that the shapes look equally large. None reaches further than 1.12 from the centre. */
const signedDistances: Readonly<Record<ShapeName, SignedDistance>> = {
  circle: (x, y) => Math.sqrt(x * x + y * y) - 0.92,
  square: rounded((x, y) => box(x, y, 0.74, 0.74), 0.05),
  triangle: rounded(starShaped(3, 1.06, 0.53), 0.05),
  star: rounded(starShaped(5, 1.07, 0.47), 0.04),
  ring: (x, y) => Math.abs(Math.sqrt(x * x + y * y) - 0.7) - 0.26,
  cross: rounded((x, y) => Math.min(box(x, y, 0.92, 0.27), box(x, y, 0.27, 0.92)), 0.05),
};

/** The outline of an object as it stands, its rotation included. */
export function outlineOf({ shape, rotation }: Pick<SceneObject, 'shape' | 'rotation'>): SignedDistance {
  const outline = signedDistances[shape];
  const sine = Math.sin((rotation * Math.PI) / 180);
  const cosine = Math.cos((rotation * Math.PI) / 180);
  return (x, y) => outline(cosine * x + sine * y, cosine * y - sine * x);
}
