import {
  required,
  type Encoder,
  type Features,
  type PluginFiles,
  type Shape,
  type SymbolicTensor,
  type Tensor,
} from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import * as g from '@sensorium/graph';
import type { Raster } from '@sensorium/modality-image';
import type { Decoded } from '../kinds/index.js';
import { externalTensor, node, onnxFile } from '@sensorium/graph/testing';

export const picture = (width: number, height: number, channels: Raster['channels'], seed: string): Raster => ({
  width,
  height,
  channels,
  data: createRandom(1, seed).bytes(width * height * channels),
});

/** A file that computes something of pictures, with the first values of its weights. */
export function fileOf(
  shape: Shape,
  build: (scope: g.RootScope, x: SymbolicTensor) => Record<string, SymbolicTensor>,
): Uint8Array {
  const x = g.input('picture', 'float32', shape);
  return fileWith([x], (scope) => build(scope, x));
}

/** A file that computes something of several inputs. */
export function fileWith(
  inputs: readonly SymbolicTensor[],
  build: (scope: g.RootScope) => Record<string, SymbolicTensor>,
): Uint8Array {
  const scope = g.createScope();
  const outputs = build(scope);
  const weights = scope.parameters.map(({ name, shape, initialize }): [string, Tensor] => [
    name,
    { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) },
  ]);
  return g.toOnnx({ inputs, outputs, weights: Object.fromEntries(weights) });
}

/** [B,6,H,W] of a convolution with stride, its mean [B,6,1,1], four scores [B,4], and whole numbers. */
const firstLayout = (shape: Shape): Uint8Array =>
  fileOf(shape, (scope, x) => {
    const grid = g.tanh(g.convolution(scope.at('stem'), x, 6, { stride: 2 }));
    const pool = g.mean(grid, [2, 3], { keep: true });
    const scores = g.linear(scope.at('top'), g.flatten(pool, 1), 4);
    return { grid, pool, scores, best: g.cast(scores, 'int32') };
  });

/** The same with channels last, and without scores. */
const lastLayout = (shape: Shape): Uint8Array =>
  fileOf(shape, (scope, x) => {
    const inner = g.tanh(g.convolution(scope.at('stem'), g.transpose(x, [0, 3, 1, 2]), 6, { stride: 2 }));
    const grid = g.transpose(inner, [0, 2, 3, 1]);
    return {
      sequence: g.reshape(grid, [required(shape[0], 'the batch'), 16, 6]),
      inner: g.mul(inner, 1),
      pool: g.mean(grid, [1, 2], { keep: true }),
    };
  });

/** Every place by itself: its size may be anything. */
const pointwise = (shape: Shape): Uint8Array =>
  fileOf(shape, (scope, x) => {
    const grid = g.tanh(
      g.add(g.mul(x, scope.parameter('gain', [3], g.normal(1))), scope.parameter('shift', [3], g.normal(1))),
    );
    return { grid, pool: g.mean(grid, [1, 2], { keep: true }) };
  });

/** [B,3,8,8] → mean over all places → 3·5 → 5·4; both matrices lie in files beside the model. */
export const split = onnxFile({
  nodes: [
    node('ReduceMean', ['x'], ['mean'], { axes: [2, 3], keepdims: 0 }),
    node('MatMul', ['mean', 'first'], ['hidden']),
    node('MatMul', ['hidden', 'second'], ['y']),
  ],
  inputs: { x: { dtype: 'float32', shape: ['n', 3, 8, 8] } },
  initializers: {
    first: externalTensor([3, 5], 'split.onnx.data', 8),
    second: externalTensor([5, 4], 'more/second.bin', 0),
  },
  outputs: { y: { dtype: 'float32', shape: ['n', 4] } },
});
const waves = (size: number): Float32Array => Float32Array.from({ length: size }, (_, index) => Math.sin(index + size));
/** The two matrices. */
export const [first, second] = [waves(15), waves(20)] as const;
const bytesOf = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer);
export const external = {
  'split.onnx.data': Uint8Array.of(...new Uint8Array(8), ...bytesOf(first)),
  'more/second.bin': bytesOf(second),
};

/** Of what SampleOp gives, the file says nothing. */
const silent = onnxFile({
  nodes: [
    node('SampleOp', ['x'], ['same'], { domain: 'com.microsoft' }),
    node('ReduceMean', ['same'], ['mean'], { axes: [2, 3], keepdims: 0 }),
    node('MatMul', ['mean', 'w'], ['y']),
  ],
  inputs: { x: { dtype: 'float32', shape: ['n', 3, 8, 8] } },
  initializers: {
    w: { dtype: 'float32', shape: [3, 4], data: Float32Array.from({ length: 12 }, (_, index) => Math.cos(index)) },
  },
  outputs: { y: { dtype: 'float32' } },
  opsets: { 'com.microsoft': 1 },
});

export const files: PluginFiles = new Map([
  ['silent.onnx', silent],
  ['nets/split.onnx', split],
  ...Object.entries(external).map(([name, bytes]) => [`nets/${name}`, bytes] as const),
  ['first.onnx', firstLayout(['n', 3, 8, 8])],
  ['fixed.onnx', lastLayout([1, 8, 8, 3])],
  ['larger.onnx', firstLayout(['n', 3, 12, 12])],
  ['open.onnx', pointwise(['n', 'h', 'w', 3])],
]);

/** Of the only sample. */
export const present: Tensor = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) };

/** What an encoder builds, with the first values of its weights. */
export function graphOf(encoder: Encoder<Decoded>): {
  features: Record<'tokens' | 'mask' | 'pooled', SymbolicTensor>;
  grid: Features['grid'];
  map: SymbolicTensor | undefined;
  weights: Record<string, Tensor>;
} {
  const scope = g.createScope();
  const x = Object.fromEntries(
    Object.entries(encoder.kept).map(([name, { dtype, shape }]) => [name, g.input(name, dtype, ['batch', ...shape])]),
  );
  const { tokens, mask, pooled, grid, maps } = encoder.build(scope, x, g.input('present', 'float32', ['batch', 1]));
  const weights = scope.parameters.map(({ name, shape: own, initialize }): [string, Tensor] => [
    name,
    { dtype: 'float32', shape: own, data: initialize(own, createRandom(1, name)) },
  ]);
  return { features: { tokens, mask, pooled }, grid, map: maps?.[0], weights: Object.fromEntries(weights) };
}
