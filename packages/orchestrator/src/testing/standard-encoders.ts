// The standard encoders that learn from a table alone, with values to encode, for Node and pages alike.
import { required, type Backend, type EncoderPlugin, type Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { audio } from '@sensorium/encoder-audio';
import { depth } from '@sensorium/encoder-depth';
import { image } from '@sensorium/encoder-image';
import { motion } from '@sensorium/encoder-motion';
import { series } from '@sensorium/encoder-series';
import { table } from '@sensorium/encoder-table';
import { text } from '@sensorium/encoder-text';
import { thermal } from '@sensorium/encoder-thermal';
import { video } from '@sensorium/encoder-video';
import { createScope, input, toOnnx } from '@sensorium/graph';
import { stack } from '@sensorium/tensors';
import { fedSpecs } from '../model/tensors.js';
import { mapRecord } from '../model/parts.js';

interface Case {
  readonly plugin: unknown;
  /** As a manifest has them; what they leave out is learned. */
  readonly options: object;
  readonly values: readonly unknown[];
  /** What is learned from. Default: the values */
  readonly table?: readonly unknown[];
}

const bytes = (name: string, count: number): Uint8Array => createRandom(1, name).bytes(count);
const picture = (width: number, height: number): object => ({
  ...{ width, height, channels: 3 },
  data: bytes(`picture ${width}`, width * height * 3),
});
const clip = (frames: number): object => ({
  frames: Array.from({ length: frames }, (_, frame) => picture(20 + frame, 16)),
  times: Float64Array.from({ length: frames }, (_, frame) => frame / 10),
});
const map = (width: number, height: number): object => ({
  ...{ width, height },
  data: Uint16Array.from(bytes(`map ${width}`, width * height), (byte) => 12 * byte),
});
const sound = (samples: number, pitch: number): object => ({
  rate: 8000,
  channels: [Float32Array.from({ length: samples }, (_, at) => 0.5 * Math.sin(at * pitch) + 0.1 * Math.sin(at * at))],
});
const wave = (rows: number, { hasGaps = false, phase = 0 } = {}): object => ({
  channels: ['x', 'y'],
  values: Float32Array.from({ length: 2 * rows }, (_, at) =>
    hasGaps && at % 7 === 3 ? NaN : Math.sin(at * 0.7 + phase) + at / 50,
  ),
  time: 50,
});

const rows = Array.from({ length: 12 }, (_, index) => ({
  age: index % 5 === 4 ? null : 20 + 7 * index,
  city: ['Rome', 'Oslo', 'Lima'][index % 3],
  member: index % 2 === 0,
}));

/** By a name for people. */
export const standardEncoders: Readonly<Record<string, Case>> = {
  audio: { plugin: audio, options: { size: 'tiny', seconds: 0.5 }, values: [sound(4000, 0.3), sound(2500, 0.7)] },
  depth: { plugin: depth, options: { size: 'tiny', pixels: 32 }, values: [map(32, 32), map(40, 20)] },
  image: { plugin: image, options: { size: 32 }, values: [picture(32, 32), picture(50, 20)] },
  'image, residual': {
    plugin: image,
    options: { size: 48, network: 'tiny' },
    values: [picture(48, 48), picture(20, 9)],
  },
  motion: { plugin: motion, options: {}, values: [wave(100), wave(80)] },
  // Its thresholds are results of the table's own values, on one side of which or the other rounding puts them.
  'motion, rocket': {
    ...{ plugin: motion, options: { network: 'rocket', features: 336 } },
    values: [wave(100), wave(80)],
    table: [wave(95, { phase: 0.31 }), wave(70, { phase: 1.27 })],
  },
  series: { plugin: series, options: { size: 'tiny' }, values: [wave(60), wave(40, { hasGaps: true })] },
  table: { plugin: table, options: { size: 'tiny' }, values: rows },
  text: { plugin: text, options: { dim: 32, layers: 2 }, values: ['a red square', 'is it blue, or a small circle?'] },
  thermal: { plugin: thermal, options: { size: 'tiny', pixels: 32 }, values: [map(32, 32), map(20, 40)] },
  video: { plugin: video, options: { size: 'tiny', frames: 3, pixels: 16 }, values: [clip(5), clip(2)] },
};

/** The features of all values of a case in one batch, of weights that are not at their first values. */
export async function featuresOf(
  { plugin: given, options, values, table: all = values }: Case,
  backend: Backend,
): Promise<Tensors> {
  const plugin = given as EncoderPlugin;
  const parsed = plugin.options.parse(options);
  const learned = plugin.learn ? await plugin.learn(parsed, stream(all) as AsyncIterable<never>, new Map()) : parsed;
  const encoder = plugin.create(learned, new Map());
  const fed = values.map((value) => {
    const kept = encoder.prepare(value);
    return encoder.view ? encoder.view.draw(kept, null) : kept;
  });
  const scope = createScope();
  const x = mapRecord(fedSpecs(encoder), ({ dtype, shape }, name) => input(name, dtype, ['batch', ...shape]));
  const present = input('present', 'float32', ['batch', 1]);
  const { tokens, mask, pooled } = encoder.build(scope, x, present);
  const weights = scope.parameters.map(({ name, shape, initialize }) => {
    const random = createRandom(1, name);
    const data = initialize(shape, random).map((value) => value + 0.05 * random.normal());
    return [name, { dtype: 'float32', shape, data }] as const;
  });
  const session = await backend.load(
    toOnnx({ outputs: { tokens, mask, pooled }, weights: Object.fromEntries(weights) }),
  );
  try {
    const ones = {
      dtype: 'float32',
      shape: [values.length, 1],
      data: new Float32Array(values.length).fill(1),
    } as const;
    const inputs: Tensors = { ...stack(fed), present: ones };
    return await session.run(
      Object.fromEntries(session.inputNames.map((name) => [name, required(inputs[name], name)])),
    );
  } finally {
    await session.dispose();
  }
}

async function* stream(values: readonly unknown[]): AsyncGenerator<unknown> {
  yield* values;
}
