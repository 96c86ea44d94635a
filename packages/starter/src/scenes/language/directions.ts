import type { SceneObject } from '../scene.js';

export const directions = ['left', 'right', 'above', 'below'] as const;
export type Direction = (typeof directions)[number];

export const relationWords: Readonly<Record<Direction, readonly string[]>> = {
  left: ['left of', 'to the left of'],
  right: ['right of', 'to the right of'],
  above: ['above', 'higher than'],
  below: ['below', 'lower than'],
};

/** Closer than this share of the picture's side nobody can say which of two objects is further left or higher. */
export const clearMargin = 0.1;

/** How far `object` lies in a direction as seen from `from`; negative on the other side. */
export function offset(direction: Direction, object: SceneObject, from: SceneObject): number {
  if (direction === 'left') return from.x - object.x;
  if (direction === 'right') return object.x - from.x;
  return direction === 'above' ? from.y - object.y : object.y - from.y;
}

export const isClearly = (direction: Direction, object: SceneObject, from: SceneObject): boolean =>
  offset(direction, object, from) >= clearMargin;

/** Whether everybody would agree on which of the two lies further in the direction. */
export const isDecided = (direction: Direction, object: SceneObject, from: SceneObject): boolean =>
  Math.abs(offset(direction, object, from)) >= clearMargin;
