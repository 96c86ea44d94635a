import { outlineOf, type SignedDistance } from '../distance.js';
import { checkScene, radii, requireInteger, type Scene, type SceneObject } from '../scene.js';
import type { RenderOptions } from '../render.js';

/** What is at a point of the picture. */
export interface Point {
  /** Shares of the picture's side. */
  readonly x: number;
  readonly y: number;
  /** The object on top, or undefined for the ground. */
  readonly object: SceneObject | undefined;
  /** To the nearest outline, as a share of the picture's side: negative inside of an object. */
  readonly distance: number;
  /** To the outline from a point beside this one, in the object's radii; of the ground, infinite. */
  readonly outline: SignedDistance;
}

/** One number for each pixel, [size, size], of what is at its centre. Throws SENSORIUM_PLUGIN_SCENES_INVALID. */
export function eachPixel(scene: Scene, { size = 64 }: RenderOptions, valueOf: (point: Point) => number): Uint16Array {
  checkScene(scene);
  requireInteger('size', size, 8, 4096);
  const outlines = scene.objects.map((object) => ({ object, radius: radii[object.size], outline: outlineOf(object) }));
  return Uint16Array.from({ length: size * size }, (_, index) => {
    const [x, y] = [((index % size) + 0.5) / size, (Math.floor(index / size) + 0.5) / size];
    let point: Point = { x, y, object: undefined, distance: Infinity, outline: () => Infinity };
    for (const { object, radius, outline } of outlines) {
      const distance = radius * outline((x - object.x) / radius, (y - object.y) / radius);
      if (distance <= 0) point = { x, y, object, distance, outline };
      else if (!point.object && distance < point.distance) point = { ...point, distance };
    }
    return Math.round(valueOf(point));
  });
}
