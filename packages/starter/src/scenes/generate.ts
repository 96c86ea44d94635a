import type { Random } from '@sensorium/contracts';
import { pick } from './choose.js';
import {
  attributes,
  backgrounds,
  maximumObjects,
  radii,
  requireInteger,
  type Attribute,
  type Scene,
  type SceneObject,
} from './scene.js';

export interface SceneOptions {
  /** How many objects, 1 to 5. Default: 1 to 5, equally likely. */
  readonly objects?: number;
}

type Look = Pick<SceneObject, Attribute>;
type Place = Pick<SceneObject, 'x' | 'y'>;

/** How often an object takes its colour, or its shape, from an earlier one: otherwise hardly anything repeats. */
const repeatProbability = 0.4;
/** Shapes reach this many radii from their centre. */
const reach = 1.12;
const gap = 0.02;
const steepestTilt = 20;
const triesPerObject = 40;

/**
 * A random scene. Objects lie inside the picture and apart from each other. All values of an attribute are equally
 * likely, so nothing in a question gives its answer away. Throws `SENSORIUM_PLUGIN_SCENES_INVALID` for a wrong option.
 */
export function generateScene(random: Random, options: SceneOptions = {}): Scene {
  const count = options.objects ?? 1 + random.integer(maximumObjects);
  requireInteger('objects', count, 1, maximumObjects);
  const looks = generateLooks(random, count);
  const places = generatePlaces(random, looks);
  return {
    background: pick(random, backgrounds),
    seed: random.integer(2 ** 31),
    objects: looks.map((look, index) => ({
      ...look,
      ...(places[index] as Place),
      rotation: Math.round(between(random, -steepestTilt, steepestTilt)),
    })),
  };
}

function generateLooks(random: Random, count: number): Look[] {
  const looks: Look[] = [];
  while (looks.length < count) {
    looks.push({
      shape: repeated(random, looks)?.shape ?? pick(random, attributes.shape),
      colour: repeated(random, looks)?.colour ?? pick(random, attributes.colour),
      size: pick(random, attributes.size),
      material: pick(random, attributes.material),
    });
  }
  return looks;
}

const repeated = (random: Random, looks: readonly Look[]): Look | undefined =>
  looks.length > 0 && random.uniform() < repeatProbability ? pick(random, looks) : undefined;

/** Throws darts; where an object finds no room, starts over. Five large objects fit after a few rounds. */
function generatePlaces(random: Random, looks: readonly Look[]): Place[] {
  for (;;) {
    const places: Place[] = [];
    for (const look of looks) {
      const place = findRoom(random, look, looks, places);
      if (!place) break;
      places.push(place);
    }
    if (places.length === looks.length) return places;
  }
}

function findRoom(random: Random, look: Look, looks: readonly Look[], taken: readonly Place[]): Place | undefined {
  const own = radii[look.size] * reach;
  for (let attempt = 0; attempt < triesPerObject; attempt++) {
    const place = { x: coordinate(random, own), y: coordinate(random, own) };
    const isFree = taken.every((other, index) => {
      const needed = own + radii[(looks[index] as Look).size] * reach + gap;
      return Math.hypot(place.x - other.x, place.y - other.y) >= needed;
    });
    if (isFree) return place;
  }
  return undefined;
}

/** Inside the picture by `margin`; three decimals, a fifth of a pixel at 256×256, keep the JSON readable. */
const coordinate = (random: Random, margin: number): number =>
  Math.round(between(random, margin, 1 - margin) * 1000) / 1000;

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.uniform();
