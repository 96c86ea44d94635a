import { cpu } from '@sensorium/backend-node';
import type { Encoder, PluginFiles, Shape, Tensor, Tensors } from '@sensorium/contracts';
import { sha256 } from '@sensorium/data';
import * as g from '@sensorium/graph';
import type { Waveform } from '@sensorium/modality-audio';
import type { Raster } from '@sensorium/modality-image';
import type { Decoded } from './kinds/index.js';
import { conformsAsEncoder, conformsToReadme, expectAllClose, runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { onnx } from './index.js';
import { external, fileOf, files as pictureFiles, graphOf, picture, present } from './testing/models.js';
import { sequenceFiles, tokenizer } from './testing/sequences.js';

type Given = z.input<typeof onnx.options>;
const files: PluginFiles = new Map([...pictureFiles, ...sequenceFiles]);
const spread = (size: number, step: number): Float32Array =>
  Float32Array.from({ length: size }, (_, index) => Math.sin(index * step));

const sounds: readonly Waveform[] = [
  { rate: 8, channels: [spread(40, 0.1)] },
  { rate: 8, channels: [spread(9, 0.2), spread(9, 0.3)] },
  { rate: 8, channels: [spread(1, 0.4)] },
];
const values: Readonly<Record<z.output<typeof onnx.options>['modality'], readonly Decoded[]>> = {
  image: [picture(8, 8, 3, 'a'), picture(20, 7, 4, 'b'), picture(5, 9, 1, 'c')],
  audio: sounds,
  text: ['A red circle', '', 'circle red circle red circle'],
  bytes: [Uint8Array.from({ length: 30 }, (_, index) => index), Uint8Array.of(32, 65, 10), Uint8Array.of()],
  series: [7, 2, 1].map((rows) => ({ channels: ['b', 'a'], values: spread(2 * rows, 0.1).with(1, NaN) })),
  table: [
    { age: 3, city: 'Rome', height: '1.5' },
    { age: null, city: 'Oslo', height: true },
  ],
};

conformsAsEncoder(onnx, {
  options: [
    { file: 'first.onnx', sha256: await sha256(files.get('first.onnx')!) },
    { file: 'first.onnx', output: 'grid', dim: 5, fit: 'cover' },
    { file: 'first.onnx', output: 'grid', channels: 'bgr', resize: 10, pool: 'first' },
    { file: 'fixed.onnx', scale: 255, mean: 128, std: [128, 127, 126], average: true },
    { file: 'fixed.onnx', output: 'sequence', fit: 'squeeze', mean: [0.4, 0.5, 0.6] },
    { file: 'open.onnx', output: 'pool', size: [6, 10], layout: 'NHWC' },
    { file: 'silent.onnx', shapes: { same: ['batch', 3, 8, 8] } },
    {
      file: 'nets/split.onnx',
      externalData: Object.fromEntries(
        await Promise.all(Object.entries(external).map(async ([name, bytes]) => [name, await sha256(bytes)] as const)),
      ),
    },
    { modality: 'audio', file: 'frames.onnx', rate: 8, seconds: 3, silence: 1, hop: 4 },
    { modality: 'audio', file: 'frames.onnx', rate: 8, window: 8, average: true, alone: false },
    {
      modality: 'audio',
      file: 'spectrum.onnx',
      rate: 8,
      then: [{ file: 'embedding.onnx', window: 2, hop: 1, scale: 0.1, mean: -2, std: 3 }],
    },
    { modality: 'text', file: 'words.onnx', tokenizer: 'tokenizer.json' },
    { modality: 'text', file: 'words.onnx', tokenizerJson: { ...tokenizer }, length: 4, pool: 'first' },
    { modality: 'bytes', file: 'bytes.onnx', first: 8, last: 4, fill: 255 },
    { modality: 'series', file: 'rows.onnx', columns: ['a', 'b'], layout: 'NCT', fill: 0, length: 6, window: 3 },
    { modality: 'table', file: 'together.onnx', categories: { city: ['Oslo', 'Rome'] }, fill: 40, mean: [1, 2, 3] },
    {
      modality: 'table',
      file: 'columns.onnx',
      columns: ['age', 'city', 'height'],
      categories: { city: ['Oslo', 'Rome'] },
      inputs: { age: 'height' },
      fill: 40,
    },
  ],
  values: ({ modality }) => values[modality],
  files,
});
conformsToReadme(onnx, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const nothingRead: PluginFiles = new Map();
const nothing = async function* (): AsyncGenerator<never> {};
const learn = (given: Given, own = files) => onnx.learn!(onnx.options.parse(given), nothing(), own);
const create = async (given: Given, own = files): Promise<Encoder<Decoded>> =>
  onnx.create(await learn(given, own), own);

/** What the encoder makes of one picture. */
async function featuresOf(encoder: Encoder<Decoded>, raster: Decoded): Promise<Record<string, Tensor>> {
  const { features, weights } = graphOf(encoder);
  return runGraph(features, { ...encoder.prepare(raster), present }, weights);
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

  it('of a grid say how its places lie, and are a map', async () => {
    for (const [file, output] of [
      ['first.onnx', 'grid'],
      ['fixed.onnx', 'inner'],
    ] as const) {
      const { features, grid, map, weights } = graphOf(await create({ file, output }));
      expect(grid).toEqual([4, 4]);
      const { pixels } = (await create({ file, output })).prepare(square);
      const given = { tokens: features.tokens, map: map! };
      const { tokens, map: own } = await runGraph(given, { pixels: pixels!, present }, weights);
      expect(own!.shape).toEqual([1, 6, 4, 4]);
      expectAllClose(numbers(own!), transposed(numbers(tokens!), 16, 6));
    }
    expect(graphOf(await create({ file: 'first.onnx' }))).toMatchObject({ grid: undefined, map: undefined });
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
    const { output, size, layout, ...learned } = await learn({ file: 'fixed.onnx' });
    expect({ output, size, layout }).toEqual({ output: 'pool', size: [8, 8], layout: 'NHWC' });
    expect(learned.sha256).toBe(await sha256(files.get('fixed.onnx')!));
    expect((await learn({ file: 'first.onnx' })).output).toBe('scores');
  });

  it('is enough to prepare without the file', async () => {
    const given = await learn({ file: 'first.onnx' });
    expect(onnx.create(given, nothingRead).prepare(square)).toEqual(onnx.create(given, files).prepare(square));
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
    const x = { pixels: g.input('pixels', 'uint8', ['batch', ...encoder.kept['pixels']!.shape]) };
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
      'a tensor of unknown shape',
      'SENSORIUM_BAD_MODEL',
      { file: 'silent.onnx' },
      files,
      /what com\.microsoft\.SampleOp "node:same" gives/,
    ],
    [
      'the shape of a misspelt tensor',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'silent.onnx', shapes: { some: ['batch', 3, 8, 8] } },
      files,
      /"shapes" names "some", .*Did you mean "same"\?/,
    ],
    [
      'open sizes',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'open.onnx', layout: 'NHWC' },
      files,
      /leaves height and width open/,
    ],
    [
      'several inputs',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'x.onnx' },
      given(twoInputs),
      /nothing says what "left" float32 \[n,3,8,8\], "right" float32 \[n,3,8,8\] are given/,
    ],
    ['no picture', 'SENSORIUM_MANIFEST_INVALID', { file: 'x.onnx' }, given(matrix), /"picture" is float32 \[n,24\]/],
    [
      'other channels',
      'SENSORIUM_MANIFEST_INVALID',
      { file: 'x.onnx' },
      given(fileOf(['n', 2, 8, 8], (_, x) => ({ y: g.mul(x, 2) }))),
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
    expect(() => onnx.create(onnx.options.parse({ file: 'first.onnx' }), files)).toThrow(
      /size of the pictures is not known/,
    );
    const encoder = onnx.create(await learn({ file: 'first.onnx' }), nothingRead);
    const x = { pixels: g.input('pixels', 'uint8', ['batch', 8, 8, 3]) };
    expect(() => encoder.build(g.createScope(), x, g.input('present', 'float32', ['batch', 1]))).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_NOT_FOUND',
        message: expect.stringContaining('"first.onnx"') as string,
      }),
    );
  });
});
