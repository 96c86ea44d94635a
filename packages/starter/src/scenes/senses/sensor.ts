import { required } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import type { Series } from '@sensorium/media';
import { checkScene, requireInteger, type Scene } from '../scene.js';
import { movementOf, PERIOD, poseAt, type Pose } from './movement.js';

const GRAVITY = 9.81;
/** The picture's side is so many metres. */
const SIDE = 2;
/** m/s² and rad/s. */
const NOISE = { acceleration: 0.05, turning: 0.01 };
/** Seconds: no sensor is infinitely fast, so that a landing is a bump that every rate sees, and not a blow of no duration. */
const RESPONSE = 0.02;

export interface SensorOptions {
  /** The object that carries it. Default 0, the first. */
  readonly object?: number;
  /** Rows a second, 1 to 10,000. Default 50. */
  readonly rate?: number;
}

/**
 * What accelerometer (m/s², with gravity) and gyroscope (rad/s) on an object measure in two seconds: the picture hangs on a wall,
 * x to the right, y up and z out of it, in the object's own frame. Throws SENSORIUM_PLUGIN_SCENES_INVALID.
 */
export function renderSensor(scene: Scene, { object: index = 0, rate = 50 }: SensorOptions = {}): Series {
  checkScene(scene);
  requireInteger('object', index, 0, scene.objects.length - 1);
  requireInteger('rate', rate, 1, 10_000);
  const random = createRandom(scene.seed, `sensor ${index}`);
  const [object, movement] = [required(scene.objects[index], 'the object'), movementOf(scene, index)];
  const rows = Array.from({ length: rate * PERIOD }, (_, row) => {
    const { acceleration, turning } = measured((seconds) => poseAt(object, movement, seconds + PERIOD), row / rate);
    return [
      ...acceleration.map((value) => value + NOISE.acceleration * random.normal()),
      ...turning.map((value) => value + NOISE.turning * random.normal()),
    ];
  });
  const channels = ['accX', 'accY', 'accZ', 'gyroX', 'gyroY', 'gyroZ'];
  return { channels, values: Float32Array.from(rows.flat()), time: rate };
}

interface Measured {
  readonly acceleration: readonly number[];
  readonly turning: readonly number[];
}

/** By finite differences of the pose, which are means over the time in which the sensor responds. */
function measured(poseOf: (seconds: number) => Pose, seconds: number): Measured {
  const [past, pose, next] = [poseOf(seconds - RESPONSE), poseOf(seconds), poseOf(seconds + RESPONSE)];
  const curve = (key: 'x' | 'y'): number => (SIDE * (past[key] - 2 * pose[key] + next[key])) / RESPONSE ** 2;
  // The picture's y points down, and its angles turn clockwise. Specific force is acceleration less gravity.
  const [right, up] = [curve('x'), GRAVITY - curve('y')];
  const angle = (pose.rotation * Math.PI) / 180;
  // A whole turn ends where it began.
  const turned = ((next.rotation - past.rotation + 540) % 360) - 180;
  return {
    acceleration: [Math.cos(angle) * right - Math.sin(angle) * up, Math.sin(angle) * right + Math.cos(angle) * up, 0],
    turning: [0, 0, (-turned * Math.PI) / 180 / (2 * RESPONSE)],
  };
}
