import { cpu } from '@sensorium/backend-node';
import type { Encoder, PluginFiles, Raster, Shape, SymbolicTensor, Tensor, Tensors } from '@sensorium/contracts';
import { createRandom, hashBytes } from '@sensorium/data';
import * as g from '@sensorium/graph';
import { externalTensor, node, onnxFile } from '@sensorium/graph/testing';
import { conformsAsEncoder, conformsToReadme, expectAllClose, runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { onnx } from './index.js';

type Given = z.input<typeof onnx.options>;

const picture = (width: number, height: number, channels: Raster['channels'], seed: string): Raster => ({
  kind: 'image',
  width,
  height,
  channels,
  data: createRandom(1, seed).bytes(width * height * channels),
});

/** A file that computes something of pictures, with the first values of its weights. */
function fileOf(
  shape: Shape,
  build: (scope: g.RootScope, x: SymbolicTensor) => Record<string, SymbolicTensor>,
): Uint8Array {
  const scope = g.createScope();
  const x = g.input('picture', 'float32', shape);
  const outputs = build(scope, x);
  const weights = scope.parameters.map(({ name, shape, initialize }): [string, Tensor] => [
    name,
    { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) },
  ]);
  return g.toOnnx({ inputs: [x], outputs, weights: Object.fromEntries(weights) });
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
      sequence: g.reshape(grid, [shape[0]!, 16, 6]),
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
const split = onnxFile({
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
const [first, second] = [15, 20].map((size) =>
  Float32Array.from({ length: size }, (_, index) => Math.sin(index + size)),
);
const bytesOf = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer);
const external = {
  'split.onnx.data': Uint8Array.of(...new Uint8Array(8), ...bytesOf(first!)),
  'more/second.bin': bytesOf(second!),
};

const files: PluginFiles = new Map([
  ['nets/split.onnx', split],
  ...Object.entries(external).map(([name, bytes]) => [`nets/${name}`, bytes] as const),
  ['first.onnx', firstLayout(['n', 3, 8, 8])],
  ['fixed.onnx', lastLayout([1, 8, 8, 3])],
  ['larger.onnx', firstLayout(['n', 3, 12, 12])],
  ['open.onnx', pointwise(['n', 'h', 'w', 3])],
]);

conformsAsEncoder(onnx, {
  options: [
    { file: 'first.onnx', sha256: hashBytes(files.get('first.onnx')!) },
    { file: 'first.onnx', output: 'grid', dim: 5, fit: 'cover' },
    { file: 'fixed.onnx', scale: 255, mean: 128, std: [128, 127, 126] },
    { file: 'fixed.onnx', output: 'sequence', fit: 'squeeze', mean: [0.4, 0.5, 0.6] },
    { file: 'open.onnx', output: 'pool', size: [6, 10], layout: 'NHWC' },
    {
      file: 'nets/split.onnx',
      externalData: Object.fromEntries(Object.entries(external).map(([name, bytes]) => [name, hashBytes(bytes)])),
    },
  ],
  media: [picture(8, 8, 3, 'a'), picture(20, 7, 4, 'b'), picture(5, 9, 1, 'c')],
  files,
});
conformsToReadme(onnx, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const nothing = async function* (): AsyncGenerator<Raster> {};
const learn = (given: Given, own = files) => onnx.learn!(onnx.options.parse(given), nothing(), own);
const create = async (given: Given, own = files): Promise<Encoder<'image'>> =>
  onnx.create(await learn(given, own), own);

/** What the encoder makes of one picture, and what the file itself gives for the same numbers. */
async function featuresOf(encoder: Encoder<'image'>, raster: Raster): Promise<Record<string, Tensor>> {
  const scope = g.createScope();
  const { shape } = encoder.inputs['pixels']!;
  const x = { pixels: g.input('pixels', 'uint8', ['batch', ...shape]) };
  const { tokens, mask, pooled } = encoder.build(scope, x, g.input('present', 'float32', ['batch', 1]));
  const weights = Object.fromEntries(
    scope.parameters.map(({ name, shape: own, initialize }) => [
      name,
      { dtype: 'float32' as const, shape: own, data: initialize(own, createRandom(1, name)) },
    ]),
  );
  const present: Tensor = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) };
  return runGraph({ tokens, mask, pooled }, { ...encoder.prepare(raster), present }, weights);
}

async function runFile(file: string, feeds: Tensors, output: string): Promise<Tensor> {
  const session = await cpu.load(files.get(file)!);
  try {
    return (await session.run(feeds, { outputs: [output] }))[output]!;
  } finally {
    await session.dispose();
  }
}

const numbers = ({ data }: Tensor): number[] => Array.from(data, Number);
const square = picture(8, 8, 3, 'square');

describe('the features', () => {
  /** (pixel / 255 · scale − mean) / std, by hand, channels first or last. */
  function inputOf(raster: Raster, layout: 'NCHW' | 'NHWC', by: (pixel: number, channel: number) => number): Tensor {
    const { width, height, data } = raster;
    const places = width * height;
    const values = new Float32Array(places * 3);
    for (let index = 0; index < values.length; index++) {
      const [place, channel] = [Math.floor(index / 3), index % 3];
      values[layout === 'NHWC' ? index : channel * places + place] = by(data[index]!, channel);
    }
    return { dtype: 'float32', shape: layout === 'NHWC' ? [1, height, width, 3] : [1, 3, height, width], data: values };
  }
  const transposed = (values: readonly number[], rows: number, columns: number): number[] =>
    Array.from({ length: rows * columns }, (_, index) => values[(index % rows) * columns + Math.floor(index / rows)]!);
  const meanOfRows = (values: readonly number[], width: number): number[] =>
    Array.from({ length: width }, (_, column) => {
      const own = values.filter((_, index) => index % width === column);
      return own.reduce((a, b) => a + b, 0) / own.length;
    });

  it('of a vector are one token, and that is pooled', async () => {
    const { tokens, pooled, mask } = await featuresOf(await create({ file: 'first.onnx' }), square);
    const own = await runFile('first.onnx', { picture: inputOf(square, 'NCHW', (pixel) => pixel / 255) }, 'scores');
    expect(tokens!.shape).toEqual([1, 1, 4]);
    expect(numbers(mask!)).toEqual([1]);
    expectAllClose(numbers(tokens!), numbers(own));
    expectAllClose(numbers(pooled!), numbers(own));
  });

  it('of a grid are a token for each place, in either layout', async () => {
    const normal = (pixel: number, channel: number): number => (pixel - 128) / [128, 64, 32][channel]!;
    for (const [file, output, layout] of [
      ['first.onnx', 'grid', 'NCHW'],
      ['fixed.onnx', 'inner', 'NHWC'],
    ] as const) {
      const encoder = await create({ file, output, scale: 255, mean: 128, std: [128, 64, 32] });
      const { tokens, pooled } = await featuresOf(encoder, square);
      const own = numbers(await runFile(file, { picture: inputOf(square, layout, normal) }, output));
      expect(tokens!.shape).toEqual([1, 16, 6]);
      expectAllClose(numbers(tokens!), transposed(own, 6, 16));
      expectAllClose(numbers(pooled!), meanOfRows(transposed(own, 6, 16), 6));
    }
  });

  it('of a sequence are its tokens', async () => {
    const { tokens, pooled } = await featuresOf(await create({ file: 'fixed.onnx', output: 'sequence' }), square);
    const own = await runFile('fixed.onnx', { picture: inputOf(square, 'NHWC', (pixel) => pixel / 255) }, 'sequence');
    expectAllClose(numbers(tokens!), numbers(own));
    expectAllClose(numbers(pooled!), meanOfRows(numbers(own), 6));
  });

  it('of another size than the file was saved for are those of a network of that size', async () => {
    const raster = picture(12, 12, 3, 'large');
    const other = await create({ file: 'first.onnx', output: 'grid', size: 12 });
    const { tokens } = await featuresOf(other, raster);
    const x = inputOf(raster, 'NCHW', (pixel) => pixel / 255);
    const own = numbers(await runFile('larger.onnx', { picture: x }, 'grid'));
    expect(tokens!.shape).toEqual([1, 36, 6]);
    expectAllClose(numbers(tokens!), transposed(own, 6, 36));
  });
});

describe('what is learned', () => {
  it('is what the file says', async () => {
    const { output, size, layout, sha256 } = await learn({ file: 'fixed.onnx' });
    expect({ output, size, layout }).toEqual({ output: 'pool', size: [8, 8], layout: 'NHWC' });
    expect(sha256).toBe(hashBytes(files.get('fixed.onnx')!));
    expect((await learn({ file: 'first.onnx' })).output).toBe('scores');
  });

  it('is enough to prepare without the file', async () => {
    const given = await learn({ file: 'first.onnx' });
    expect(onnx.create(given).prepare(square)).toEqual(onnx.create(given, files).prepare(square));
  });

  it('makes pretrained parameters of the file’s weights, and others of the projection', async () => {
    const scope = g.createScope();
    const x = { pixels: g.input('pixels', 'uint8', ['batch', 8, 8, 3]) };
    const encoder = await create({ file: 'first.onnx', dim: 7 });
    encoder.build(scope, x, g.input('present', 'float32', ['batch', 1]));
    const found = scope.parameters.map(({ name, pretrained }) => [name, pretrained]);
    const own = ['stem/weight', 'stem/bias', 'top/weight', 'top/bias'].map((name) => [`model/${name}`, true]);
    expect(found).toEqual([...own, ['project/weight', false], ['project/bias', false]]);
  });
});

describe('weights in files beside the model', () => {
  const given = onnx.options.parse({ file: 'nets/split.onnx' });

  it('are named once the model is read, by paths like its own', () => {
    expect(onnx.files!(given, new Map())).toEqual(['nets/split.onnx']);
    const all = ['nets/split.onnx', 'nets/split.onnx.data', 'nets/more/second.bin'];
    expect(onnx.files!(given, new Map([['nets/split.onnx', split]]))).toEqual(all);
    expect(onnx.files!(given, files)).toEqual(all);
  });

  it('are read, and their hashes written down', async () => {
    const learned = await learn({ file: 'nets/split.onnx' });
    expect(learned.externalData).toEqual({
      'split.onnx.data': hashBytes(external['split.onnx.data']),
      'more/second.bin': hashBytes(external['more/second.bin']),
    });
    const { pooled } = await featuresOf(onnx.create(learned, files), square);
    const mean = [0, 1, 2].map((channel) => {
      const own = Array.from(square.data).filter((_, index) => index % 3 === channel);
      return own.reduce((a, b) => a + b, 0) / own.length / 255;
    });
    const hidden = Array.from({ length: 5 }, (_, j) => mean.reduce((sum, x, i) => sum + x * first![i * 5 + j]!, 0));
    const expected = Array.from({ length: 4 }, (_, j) =>
      hidden.reduce((sum, x, i) => sum + x * second![i * 4 + j]!, 0),
    );
    expectAllClose(numbers(pooled!), expected);
  });

  it('that are others, missing or elsewhere on the disk are refused', async () => {
    const path = 'nets/split.onnx.data';
    const other = new Map([...files, [path, Uint8Array.from(external['split.onnx.data'], (byte) => byte ^ 1)]]);
    await expect(learn(await learn({ file: 'nets/split.onnx' }), other)).rejects.toMatchObject({
      code: 'SENSORIUM_CHECKSUM',
      message: expect.stringContaining(`"${path}": its SHA-256 is`) as string,
      hint: expect.stringContaining('"externalData"') as string,
    });
    const without = new Map([...files].filter(([name]) => name !== path));
    await expect(learn({ file: 'nets/split.onnx' }, without)).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      message: expect.stringContaining(`"${path}"`) as string,
    });
    for (const name of ['../secret', '/etc/passwd', 'a/../../b', 'C:\\x', 'https://a.b/c', '\\\\host\\share', '']) {
      const model = onnxFile({
        nodes: [node('Add', ['x', 'w'], ['y'])],
        inputs: { x: { dtype: 'float32', shape: ['n', 3, 8, 8] } },
        initializers: { w: externalTensor([8], name, 0) },
        outputs: { y: { dtype: 'float32', shape: ['n', 3, 8, 8] } },
      });
      expect(() => onnx.files!(given, new Map([['nets/split.onnx', model]]))).toThrow(
        expect.objectContaining({
          code: 'SENSORIUM_BAD_MODEL',
          message: `"nets/split.onnx": its weights lie in "${name}", and only files in its own folder are read`,
        }),
      );
    }
  });
});

describe('notes', () => {
  it('say what a picture of other proportions went through', async () => {
    const encoder = await create({ file: 'open.onnx', size: [8, 16], layout: 'NHWC', fit: 'squeeze' });
    expect(encoder.notes!(picture(8, 8, 3, 'x'))).toEqual(['8×8 was squeezed to 16×8']);
    expect(encoder.notes!(picture(32, 16, 3, 'x'))).toEqual([]);
  });
});

describe('refuses', () => {
  const build = async (given: Given, own?: PluginFiles): Promise<unknown> => {
    const encoder = await create(given, own);
    const x = { pixels: g.input('pixels', 'uint8', ['batch', ...encoder.inputs['pixels']!.shape]) };
    return encoder.build(g.createScope(), x, g.input('present', 'float32', ['batch', 1]));
  };
  const given = (bytes: Uint8Array): PluginFiles => new Map([['x.onnx', bytes]]);
  const pictures: Shape = ['n', 3, 8, 8];
  const twoInputs = g.toOnnx({
    outputs: { sum: g.add(g.input('left', 'float32', pictures), g.input('right', 'float32', pictures)) },
  });
  const rank5 = fileOf(pictures, (_, x) => ({ high: g.unsqueeze(x, 1) }));
  const whole = fileOf(pictures, (_, x) => ({ whole: g.cast(x, 'int32') }));
  const matrix = fileOf(['n', 24], (_, x) => ({ y: g.mul(x, 2) }));
  const mixed = fileOf(pictures, (_, x) => ({ y: g.transpose(x, [1, 0, 2, 3]) }));

  it.each<[string, string, Given, PluginFiles, RegExp]>([
    [
      'a file that is not there',
      'SENSORIUM_NOT_FOUND',
      { file: 'none.onnx' },
      files,
      /"none.onnx": the graph cannot be built without/,
    ],
    ['what is no ONNX file', 'SENSORIUM_BAD_MODEL', { file: 'x.onnx' }, given(Uint8Array.of(80, 75, 3, 4)), /not/],
    [
      'another file',
      'SENSORIUM_CHECKSUM',
      { file: 'first.onnx', sha256: '0'.repeat(64) },
      files,
      /its SHA-256 is [0-9a-f]{64}/,
    ],
    [
      'a misspelt output',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'first.onnx', output: 'scors' },
      files,
      /no tensor "scors". Did you mean "scores"\?/,
    ],
    [
      'open sizes',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'open.onnx', layout: 'NHWC' },
      files,
      /leaves height and width open/,
    ],
    ['several inputs', 'SENSORIUM_MANIFEST_INVALID', { file: 'x.onnx' }, given(twoInputs), /2 inputs \(left, right\)/],
    ['no picture', 'SENSORIUM_MANIFEST_INVALID', { file: 'x.onnx' }, given(matrix), /"picture" is float32 \[n,24\]/],
    [
      'other channels',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'x.onnx' },
      given(fileOf(['n', 1, 8, 8], (_, x) => ({ y: g.mul(x, 2) }))),
      /where the three channels are/,
    ],
    [
      'an output of five axes',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'x.onnx' },
      given(rank5),
      /"high" is float32 \[batch,1,3,8,8\]/,
    ],
    [
      'an output without samples',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'x.onnx' },
      given(mixed),
      /no tensor of features/,
    ],
    ['whole numbers', 'SENSORIUM_MANIFEST_INVALID', { file: 'x.onnx' }, given(whole), /known to be float32/],
    ['whole numbers by name', 'SENSORIUM_MANIFEST_INVALID', { file: 'x.onnx', output: 'whole' }, given(whole), /int32/],
    [
      'a size that the model does not take',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'fixed.onnx', output: 'sequence', size: 6 },
      files,
      /saved for \[1,8,8,3\], and does not take \[batch,6,6,3\]/,
    ],
  ])('%s', async (_, code, options, own, message) => {
    await expect(build(options, own)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
      location: { file: options.file },
    });
  });

  it('options that were not learned, and to build without the file', async () => {
    expect(() => onnx.create(onnx.options.parse({ file: 'first.onnx' }))).toThrow(/size of the pictures is not known/);
    const encoder = onnx.create(await learn({ file: 'first.onnx' }));
    const x = { pixels: g.input('pixels', 'uint8', ['batch', 8, 8, 3]) };
    expect(() => encoder.build(g.createScope(), x, g.input('present', 'float32', ['batch', 1]))).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_NOT_FOUND',
        message: expect.stringContaining('"first.onnx"') as string,
      }),
    );
  });
});
