import { createRandom } from '@sensorium/data';
import { pick } from '../choose.js';
import type { Scene, SceneObject } from '../scene.js';

export const movements = ['still', 'sliding', 'swinging', 'spinning', 'hopping'] as const;
export type MovementName = (typeof movements)[number];

/** Seconds after which everything is where it was. */
export const PERIOD = 2;

export interface Movement {
  readonly kind: MovementName;
  /** Radians: where sliding goes to and fro. */
  readonly direction: number;
  /** Share of the period that has passed at the beginning. */
  readonly phase: number;
}

export type Pose = Pick<SceneObject, 'x' | 'y' | 'rotation'>;

/** Shares of the picture's side, and degrees. */
const SLIDE = 0.08;
const HOP = 0.09;
const SWING = 30;
const HOPS = 3;

/** How each kind of movement has changed an object's pose after a share of the period, 0…1. y points down. */
const courses: Readonly<Record<MovementName, (at: number, movement: Movement) => Pose>> = {
  still: () => ({ x: 0, y: 0, rotation: 0 }),
  sliding(at, { direction }) {
    const far = SLIDE * Math.sin(2 * Math.PI * at);
    return { x: far * Math.cos(direction), y: far * Math.sin(direction), rotation: 0 };
  },
  swinging: (at) => ({ x: 0, y: 0, rotation: SWING * Math.sin(4 * Math.PI * at) }),
  spinning: (at) => ({ x: 0, y: 0, rotation: 360 * at }),
  hopping: (at) => ({ x: 0, y: -HOP * Math.abs(Math.sin(HOPS * Math.PI * at)), rotation: 0 }),
};

/** The times within a period, as shares of it, at which a movement can be heard: turns, beats, landings. */
export const beats: Readonly<Record<MovementName, readonly number[]>> = {
  still: [0],
  sliding: [1 / 4, 3 / 4],
  swinging: [1 / 8, 3 / 8, 5 / 8, 7 / 8],
  spinning: Array.from({ length: 8 }, (_, turn) => turn / 8),
  hopping: Array.from({ length: HOPS }, (_, hop) => hop / HOPS),
};

/** How an object moves: a matter of the scene's seed, so that nothing that is seen of a still picture tells it. */
export function movementOf({ seed }: Scene, index: number): Movement {
  const random = createRandom(seed, `movement ${index}`);
  return { kind: pick(random, movements), direction: 2 * Math.PI * random.uniform(), phase: random.uniform() };
}

/** Where an object that moves so is after so many seconds. */
export function poseAt(object: SceneObject, movement: Movement, seconds: number): Pose {
  const at = (movement.phase + seconds / PERIOD) % 1;
  const { x, y, rotation } = courses[movement.kind](at, movement);
  return { x: object.x + x, y: object.y + y, rotation: object.rotation + rotation };
}

/** The scene as it stands after so many seconds. */
export const sceneAt = (scene: Scene, seconds: number): Scene => ({
  ...scene,
  objects: scene.objects.map((object, index) => ({
    ...object,
    ...poseAt(object, movementOf(scene, index), seconds),
  })),
});
