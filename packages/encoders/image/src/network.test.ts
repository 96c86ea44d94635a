import type { Features, SymbolicTensor, Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input, linear, type Parameter, standardize } from '@sensorium/graph';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { image } from './index.js';

type Given = z.input<typeof image.options>;

interface Built {
  readonly features: Features;
  readonly content: SymbolicTensor;
  readonly parameters: readonly Parameter[];
}

const encoderOf = (given: Given) => image.create(image.options.parse({ channels: 2, dim: 5, ...given }), new Map());
const sizeOf = (encoder: ReturnType<typeof encoderOf>): number => encoder.kept['pixels']!.shape[0]!;

function build(given: Given, hides = false): Built {
  const encoder = encoderOf(given);
  const size = sizeOf(encoder);
  const scope = createScope();
  const x = { pixels: input('pixels', 'uint8', ['batch', size, size, 3]) };
  const present = input('present', 'float32', ['batch', 1]);
  const places = encoder.build(createScope(), x, present).tokens.shape[1]!;
  const hidden = hides ? input('hide', 'float32', ['batch', places]) : undefined;
  const features = encoder.build(scope, x, present, hidden);
  const content = encoder.content!(x);
  if (!('values' in content)) return expect.fail('pixels are values');
  return { features, content: content.values, parameters: scope.parameters };
}

const present: Tensor = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) };
const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);
const noise = (size: number): Tensor<'uint8'> => ({
  dtype: 'uint8',
  shape: [1, size, size, 3],
  data: createRandom(1, `noise ${size}`).bytes(size * size * 3),
});
/** The pixel values that a byte stands for. */
const scaled = (byte: number): number => (byte - 127.5) / 63.75;

/** Sizes, their grids, and how many pixels wide a place is: whole, odd, and above what is pooled. */
const sizes = [
  [16, 8, 2],
  [9, 5, 2],
  [25, 7, 4],
  [50, 7, 8],
] as const;

describe('a place that is hidden', () => {
  it.each(sizes)('of %i×%i shows a learned colour in place of its pixels', async (size, side, width) => {
    const hidden = Float32Array.from({ length: side * side }, (_, place) => Number(place % 3 === 1));
    const colour = [10, 200, 77];
    const pixels = noise(size);
    const painted = Uint8Array.from(pixels.data, (byte, index) => {
      const [y, x] = [Math.floor(index / 3 / size), Math.floor(index / 3) % size];
      return hidden[Math.floor(y / width) * side + Math.floor(x / width)] ? colour[index % 3]! : byte;
    });
    const hiding = build({ size }, true);
    const weights = someWeights(hiding.parameters);
    weights['hidden'] = { dtype: 'float32', shape: [3], data: Float32Array.from(colour, scaled) };
    const { tokens, pooled } = hiding.features;
    const mask: Tensor = { dtype: 'float32', shape: [1, side * side], data: hidden };
    const found = await runGraph({ tokens, pooled }, { pixels, present, hide: mask }, weights);

    const seeing = build({ size }).features;
    const expected = await runGraph(
      { tokens: seeing.tokens, pooled: seeing.pooled },
      { pixels: { ...pixels, data: painted }, present },
      weights,
    );
    for (const name of ['tokens', 'pooled']) expectAllClose(numbers(found[name]), numbers(expected[name]));
  });

  it('has a colour to learn only where something asks for it', () => {
    const own = build({ size: 16 }).parameters.map(({ name }) => name);
    const hiding = build({ size: 16 }, true).parameters.map(({ name }) => name);
    expect(own).not.toContain('hidden');
    expect(hiding.filter((name) => name !== 'hidden')).toEqual(own);
    expect(hiding).toHaveLength(own.length + 1);
  });
});

it.each(sizes)('the content of a picture of %i×%i is the pixels under each place', async (size, side, width) => {
  const pixels = noise(size);
  const { content } = build({ size });
  expect(content.shape).toEqual(['batch', side * side, 3 * width * width]);
  const found = numbers((await runGraph({ content }, { pixels }))['content']);
  const expected = Array.from({ length: side * side }, (_, place) =>
    Array.from({ length: width * width * 3 }, (_, index) => {
      const y = Math.floor(place / side) * width + Math.floor(index / 3 / width);
      const x = (place % side) * width + (Math.floor(index / 3) % width);
      return y < size && x < size ? scaled(pixels.data[(y * size + x) * 3 + (index % 3)]!) : 0;
    }),
  );
  expectAllClose(found, expected.flat());
});

describe('layers and maps', () => {
  it('are the stages: those of the grid as tokens, and one map of each size, coarse to fine', async () => {
    const { features, parameters } = build({ size: 32, channels: 2, dim: 8, depth: 2 });
    const { layers = [], maps = [], grid } = features;
    expect(grid).toEqual([8, 8]);
    expect(layers.map(({ shape }) => shape)).toEqual([
      ['batch', 64, 4],
      ['batch', 64, 8],
      ['batch', 64, 8],
    ]);
    expect(maps.map(({ shape }) => shape)).toEqual([
      ['batch', 8, 8, 8],
      ['batch', 2, 16, 16],
    ]);
    const found = await runGraph({ layer: layers[2]!, map: maps[0]! }, { pixels: noise(32) }, someWeights(parameters));
    const map = numbers(found['map']);
    const tokens = Array.from({ length: 64 * 8 }, (_, index) => map[(index % 8) * 64 + Math.floor(index / 8)]!);
    expectAllClose(numbers(found['layer']), tokens);
  });

  it('are what the tokens are made of', async () => {
    const { features, parameters } = build({ size: 16 });
    const weights = someWeights(parameters);
    const scope = createScope();
    const projected = linear(scope.at('project'), standardize(features.layers!.at(-1)!), 5);
    const feeds = { pixels: noise(16), present };
    const { tokens } = await runGraph({ tokens: features.tokens }, feeds, weights);
    const { own } = await runGraph({ own: projected }, feeds, weights);
    const positions = numbers(weights['positions']);
    expectAllClose(
      numbers(tokens),
      numbers(own).map((value, index) => value + positions[index]!),
    );
  });

  it('have no other sizes where the picture is as small as the grid', () => {
    const { layers, maps, grid } = build({ size: 8 }).features;
    expect(grid).toEqual([8, 8]);
    expect([layers?.length, maps?.length]).toEqual([1, 1]);
  });
});

describe('a residual network', () => {
  const plain = (): Built => build({ size: 16, network: 'plain' });
  const residual = (): Built => build({ size: 16, network: 'tiny' });
  const stageOf = async ({ features }: Built, weights: Record<string, Tensor>): Promise<number[]> =>
    numbers((await runGraph({ stage: features.layers![0]! }, { pixels: noise(16) }, weights))['stage']);

  it('is at first what it would be without', async () => {
    const weights = someWeights(residual().parameters);
    weights['stage0/block0/gain'] = { dtype: 'float32', shape: [1], data: Float32Array.of(0) };
    expectAllClose(await stageOf(residual(), weights), await stageOf(plain(), weights));
    const gain = residual().parameters.find(({ name }) => name === 'stage0/block0/gain')!;
    expect([...gain.initialize([1], createRandom(1))]).toEqual([0]);
  });

  it('adds g · conv(ReLU(conv(x))) to a stage, with standardized weights', async () => {
    const weights = someWeights(residual().parameters);
    const x = await stageOf(plain(), weights);
    const of = (name: string): number[] => numbers(weights[`stage0/block0/${name}`]);
    const first = convolve(x, of('first/weight'), of('first/bias')).map((value) => Math.max(0, value));
    const second = convolve(first, of('second/weight'), of('second/bias'));
    const expected = x.map((value, index) => Math.max(0, value + of('gain')[0]! * second[index]!));
    expectAllClose(await stageOf(residual(), weights), expected);
  });

  it.each<[Given['network'], number]>([
    ['plain', 0],
    ['tiny', 1],
    ['small', 1],
    ['base', 2],
  ])('%s has %i blocks after each stage of at most 32 pixels', (network, blocks) => {
    const names = build({ size: 128, network, channels: 2 }).parameters.map(({ name }) => name);
    const gains = names.filter((name) => name.endsWith('/gain'));
    expect(gains).toHaveLength(3 * blocks);
    expect(gains.some((name) => name.startsWith('stage0'))).toBe(false);
  });
});

/** A 3×3 convolution of tokens [64,2] of 8×8 places, of standardized weights [2,2,3,3] with variance 2 / 18. */
function convolve(x: readonly number[], weights: readonly number[], biases: readonly number[]): number[] {
  const own = [0, 1].map((channel) => {
    const row = weights.slice(channel * 18, channel * 18 + 18);
    const mean = row.reduce((a, b) => a + b) / 18;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 18;
    return row.map((value) => ((value - mean) / Math.sqrt(variance + 1e-5)) * Math.sqrt(2 / 18));
  });
  return Array.from({ length: 128 }, (_, index) => {
    const [place, channel] = [Math.floor(index / 2), index % 2];
    let sum = biases[channel]!;
    for (let tap = 0; tap < 18; tap++) {
      const from = Math.floor(tap / 9);
      const [row, column] = [Math.floor(place / 8) + Math.floor((tap % 9) / 3) - 1, (place % 8) + (tap % 3) - 1];
      if (row < 0 || column < 0 || row > 7 || column > 7) continue;
      sum += own[channel]![tap]! * x[(row * 8 + column) * 2 + from]!;
    }
    return sum;
  });
}
