import type { Raster } from '@sensorium/media';
import { renderScene, type RenderOptions } from '../render.js';
import { requireInteger, type Scene } from '../scene.js';
import { PERIOD, sceneAt } from './movement.js';

export interface FilmOptions extends RenderOptions {
  /** How many, 1 to 600, evenly over one period of the movements. Default 16. */
  readonly frames?: number;
}

/** Frames, and the second at which each is seen, [T]. */
export interface Film {
  readonly frames: readonly Raster[];
  readonly times: Float64Array;
}

/** A scene in motion: two seconds, after which it begins again. Throws SENSORIUM_PLUGIN_SCENES_INVALID. */
export function renderFilm(scene: Scene, { frames = 16, ...options }: FilmOptions = {}): Film {
  requireInteger('frames', frames, 1, 600);
  const times = Float64Array.from({ length: frames }, (_, frame) => (frame * PERIOD) / frames);
  return { frames: Array.from(times, (seconds) => renderScene(sceneAt(scene, seconds), options)), times };
}
