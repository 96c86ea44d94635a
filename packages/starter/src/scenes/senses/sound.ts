import { createRandom } from '@sensorium/data';
import type { Waveform } from '@sensorium/media';
import {
  checkScene,
  requireInteger,
  type MaterialName,
  type Scene,
  type SceneObject,
  type ShapeName,
  type SizeName,
} from '../scene.js';
import { beats, movementOf, PERIOD } from './movement.js';

/** Hertz of the lowest mode. */
const pitches: Readonly<Record<SizeName, number>> = { small: 620, large: 310 };

/** Frequencies of an object's modes of vibration as multiples of the lowest: of a ring and a circle those that physics gives. */
const modes: Readonly<Record<ShapeName, readonly number[]>> = {
  circle: [1, 1.59, 2.14, 2.3],
  square: [1, 2, 2.5, 4],
  triangle: [1, 2, 3, 4],
  star: [1, 1.5, 2.8, 3.7],
  ring: [1, 2.83, 5.42, 8.77],
  cross: [1, 3, 5, 7],
};

interface Timbre {
  /** Seconds in which a strike fades to 1/e. */
  readonly decay: number;
  /** Of each mode, as a share of the one below it. */
  readonly brightness: number;
  /** Hertz of a rattle, 0 for none. */
  readonly rattle: number;
}

const timbres: Readonly<Record<MaterialName, Timbre>> = {
  matte: { decay: 0.05, brightness: 0.35, rattle: 0 },
  shiny: { decay: 0.6, brightness: 0.8, rattle: 0 },
  striped: { decay: 0.2, brightness: 0.6, rattle: 35 },
};

const LOUDNESS = 0.25;
const HISS = 0.003;

export interface SoundOptions {
  /** Samples a second, 8,000 to 192,000. Default 16,000. */
  readonly rate?: number;
}

/**
 * What a scene sounds like: two seconds, left and right. Every object is struck where its movement turns or lands; its size is
 * the pitch, its shape the overtones, its material how they fade, its place the direction. Throws SENSORIUM_PLUGIN_SCENES_INVALID.
 */
export function renderSound(scene: Scene, { rate = 16_000 }: SoundOptions = {}): Waveform {
  checkScene(scene);
  requireInteger('rate', rate, 8_000, 192_000);
  const hiss = createRandom(scene.seed, 'hiss');
  const channels = [0, 1].map(() => Float32Array.from({ length: rate * PERIOD }, () => HISS * hiss.normal()));
  for (const [index, object] of scene.objects.entries()) {
    const { kind, phase } = movementOf(scene, index);
    const struck = strike(object, rate);
    for (const beat of beats[kind]) {
      const start = Math.floor(((beat - phase + 1) % 1) * rate * PERIOD);
      const sides = [Math.cos((object.x * Math.PI) / 2), Math.sin((object.x * Math.PI) / 2)];
      channels.forEach((channel, side) => addFrom(channel, start, struck, sides[side] as number));
    }
  }
  return { rate, channels: channels.map((channel) => channel.map((value) => Math.tanh(value))) };
}

/** One strike, until nothing of it is left. */
function strike({ shape, size, material }: SceneObject, rate: number): Float32Array {
  const { decay, brightness, rattle } = timbres[material];
  const partials = modes[shape]
    .map((ratio, order) => ({ angle: 2 * Math.PI * pitches[size] * ratio, share: brightness ** order }))
    .filter(({ angle }) => angle < Math.PI * rate);
  return Float32Array.from({ length: Math.min(5 * decay, PERIOD) * rate }, (_, sample) => {
    const time = sample / rate;
    const wobble = rattle > 0 ? 0.5 - 0.5 * Math.cos(2 * Math.PI * rattle * time) : 1;
    const sum = partials.reduce((total, { angle, share }) => total + share * Math.sin(angle * time), 0);
    return LOUDNESS * wobble * Math.exp(-time / decay) * sum;
  });
}

/** Adds a strike to a channel; what lasts beyond the end sounds at the beginning, as everything comes again. */
function addFrom(channel: Float32Array, start: number, struck: Float32Array, share: number): void {
  struck.forEach((value, sample) => {
    const at = (start + sample) % channel.length;
    channel[at] = (channel[at] as number) + share * value;
  });
}
