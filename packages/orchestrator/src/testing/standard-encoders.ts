// The standard encoders, with values to encode, for Node and pages alike.
import {
  required,
  type Backend,
  type EncoderPlugin,
  type PluginFiles,
  type SymbolicTensor,
  type Tensors,
} from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { audio } from '@sensorium/encoder-audio';
import { depth } from '@sensorium/encoder-depth';
import { image } from '@sensorium/encoder-image';
import { motion } from '@sensorium/encoder-motion';
import { onnx } from '@sensorium/encoder-onnx';
import { series } from '@sensorium/encoder-series';
import { table } from '@sensorium/encoder-table';
import { text } from '@sensorium/encoder-text';
import { thermal } from '@sensorium/encoder-thermal';
import { transformers } from '@sensorium/encoder-transformers';
import { video } from '@sensorium/encoder-video';
import * as g from '@sensorium/graph';
import { createScope, input, toOnnx } from '@sensorium/graph';
import { stack } from '@sensorium/tensors';
import { bertModel, vitModel, whisperModel } from '@sensorium/testkit/hub-models';
import { fedSpecs } from '../model/tensors.js';
import { mapRecord } from '../model/parts.js';

interface Case {
  readonly plugin: unknown;
  /** As a manifest has them; what they leave out is learned. */
  readonly options: object;
  readonly values: readonly unknown[];
  /** Of pretrained models, by their paths. */
  readonly files?: PluginFiles;
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

/** A file of somebody else's, with the first values of its weights. */
function fileOf(
  inputs: readonly SymbolicTensor[],
  build: (scope: g.RootScope) => Record<string, SymbolicTensor>,
): Uint8Array {
  const scope = createScope();
  const outputs = build(scope);
  const weights = scope.parameters.map(({ name, shape, initialize }) => {
    return [name, { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) }] as const;
  });
  return toOnnx({ inputs, outputs, weights: Object.fromEntries(weights) });
}

/** [B,3,16,16] → a grid [B,6,8,8] */
const pixels = input('pixels', 'float32', ['n', 3, 16, 16]);
const gridFile = fileOf([pixels], (scope) => ({
  grid: g.tanh(g.convolution(scope.at('stem'), pixels, 6, { stride: 2 })),
}));

/** Half of the state of the window before, and what is new: [B,64] and [1,B,4] */
const [window, state] = [input('samples', 'float32', ['n', 64]), input('state', 'float32', [1, 'n', 4])];
const stateFile = fileOf([window, state], (scope) => {
  const next = g.add(g.mul(state, 0.5), g.unsqueeze(g.linear(scope.at('y'), window, 4), 0));
  return { next, y: g.tanh(g.squeeze(next, 0)) };
});

/** [1,64] as two rows, and their mean [1,4]: samples of a batch would be mixed. */
const single = input('samples', 'float32', [1, 64]);
const mixingFile = fileOf([single], (scope) => ({
  y: g.mean(g.linear(scope.at('y'), g.reshape(single, [2, 32]), 4), [0], { keep: true }),
}));

const inFolder = (model: ReadonlyMap<string, Uint8Array>): PluginFiles =>
  new Map(Array.from(model, ([name, bytes]) => [`./model/${name}`, bytes]));
const hub = (modality: 'text' | 'image' | 'audio', model: ReadonlyMap<string, Uint8Array>) =>
  ({ plugin: transformers, options: { model: './model', modality }, files: inFolder(model) }) as const;
const small = { dim: 16, layers: 1, heads: 2 };

/** By a name for people. */
export const standardEncoders: Readonly<Record<string, Case>> = {
  audio: { plugin: audio, options: { size: 'tiny', seconds: 0.25 }, values: [sound(2000, 0.3), sound(1200, 0.7)] },
  depth: { plugin: depth, options: { size: 'tiny', pixels: 32 }, values: [map(32, 32), map(40, 20)] },
  image: {
    ...{ plugin: image, options: { size: 24, channels: 8, dim: 32 } },
    values: [picture(24, 24), picture(50, 20)],
  },
  'image, residual': {
    plugin: image,
    options: { size: 32, network: 'tiny', channels: 8, dim: 32 },
    values: [picture(32, 32), picture(20, 9)],
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
  'onnx, pictures': {
    ...{ plugin: onnx, options: { file: 'a.onnx' }, files: new Map([['a.onnx', gridFile]]) },
    values: [picture(16, 16), picture(40, 30)],
  },
  'onnx, a state from window to window': {
    plugin: onnx,
    options: { modality: 'audio', file: 'a.onnx', rate: 8000, states: { state: 'next' } },
    files: new Map([['a.onnx', stateFile]]),
    values: [sound(300, 0.3), sound(150, 0.7)],
  },
  'onnx, one window at a time': {
    ...{ plugin: onnx, options: { modality: 'audio', file: 'a.onnx', rate: 8000, alone: true } },
    ...{ files: new Map([['a.onnx', mixingFile]]), values: [sound(300, 0.3), sound(150, 0.7)] },
  },
  'transformers, text': { ...hub('text', bertModel({ ...small, maxTokens: 12 })), values: ['a red star', 'starfish?'] },
  'transformers, pictures': {
    ...hub('image', vitModel({ ...small, size: 32 })),
    values: [picture(32, 32), picture(50, 20)],
  },
  'transformers, sound': {
    ...hub('audio', whisperModel({ ...small, seconds: 0.5 })),
    values: [sound(4000, 0.3), sound(2500, 0.7)],
  },
  video: { plugin: video, options: { size: 'tiny', frames: 3, pixels: 16 }, values: [clip(5), clip(2)] },
};

/** The features of all values of a case in one batch, of weights that are not at their first values. */
export async function featuresOf(
  { plugin: given, options, values, files = new Map(), table: all = values }: Case,
  backend: Backend,
): Promise<Tensors> {
  const plugin = given as EncoderPlugin;
  const parsed = plugin.options.parse(options);
  const learned = plugin.learn ? await plugin.learn(parsed, stream(all) as AsyncIterable<never>, files) : parsed;
  const encoder = plugin.create(learned, files);
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
