import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  defineEncoder,
  defineFusion,
  defineHead,
  modalityOf,
  onlyFeatures,
  required,
  type Features,
  type Meter,
  type Modality,
  type Model,
  type Plugin,
  type SymbolicTensor,
} from './index.js';

interface Lidar {
  readonly points: Float32Array;
}

const lidar: Modality<Lidar> = {
  name: 'lidar',
  from: 'file',
  exclusive: true,
  version: '1',
  decode: async (source, io) => ({ points: new Float32Array((await io.read(source as string)).buffer) }),
  show: ({ points }) => ({ kind: 'text', text: `${points.length / 3} points` }),
};

const scalar: SymbolicTensor = { id: 0, dtype: 'float32', shape: [] };
const features: Features = { tokens: scalar, mask: scalar, pooled: scalar, present: scalar };
const meter: Meter = {
  reads: [],
  add: () => new Float32Array(),
  result: () => ({ decides: 'error', metrics: { error: { value: 0, better: 'lower' } } }),
};

describe('the types of plugins', () => {
  it('take a modality that this package has never heard of, and hand its values to the encoder', () => {
    const encoder = defineEncoder({
      specVersion: 'v1',
      name: 'lidar',
      modality: lidar,
      options: z.strictObject({ rings: z.int().default(16) }),
      async learn(options, values) {
        for await (const value of values) expectTypeOf(value).toEqualTypeOf<Lidar>();
        return options;
      },
      create: ({ rings }) => ({
        kept: { points: { dtype: 'float32', shape: [rings, 3] } },
        prepare({ points }) {
          expectTypeOf(points).toEqualTypeOf<Float32Array>();
          return { points: { dtype: 'float32', shape: [1, rings, 3], data: points } };
        },
        build: () => features,
      }),
    });
    expectTypeOf(encoder).toExtend<Plugin>();
    expect(encoder.kind).toBe('encoder');
  });

  it('know the values that a head learns from by its modality, and that an objective has none', () => {
    const head = defineHead({
      specVersion: 'v1',
      name: 'height',
      modality: lidar,
      options: z.strictObject({}),
      create: () => ({
        target: {
          kept: { top: { dtype: 'float32', shape: [] } },
          prepare({ points }) {
            expectTypeOf(points).toEqualTypeOf<Float32Array>();
            return { top: { dtype: 'float32', shape: [1], data: Float32Array.of(Math.max(...points)) } };
          },
        },
        answer: () => ({ top: scalar }),
        decode: () => [{ text: '3 m', height: 3 }],
        meter: () => meter,
      }),
    });
    expectTypeOf(head).toExtend<Plugin>();
    expectTypeOf(head.create({}, new Map(), []).decode!({})).toEqualTypeOf<{ text: string; height: number }[]>();
    const objective = defineHead({
      specVersion: 'v1',
      name: 'objective',
      options: z.strictObject({}),
      create: () => ({ loss: () => scalar }),
    });
    expectTypeOf(objective).toExtend<Plugin>();
    expect([head.kind, objective.kind]).toEqual(['head', 'head']);
  });

  it('refuse a part that lacks something', () => {
    // @ts-expect-error it builds nothing
    defineFusion({ specVersion: 'v1', name: 'none', options: z.strictObject({}), create: () => ({}) });
    // @ts-expect-error its features have no mask
    const build = (): Features => ({ tokens: scalar, pooled: scalar, present: scalar });
    expect(build).toBeTypeOf('function');
  });
});

describe('modalityOf', () => {
  const shared = { specVersion: 'v1', options: z.strictObject({ kind: z.enum(['lidar', 'radar']) }) } as const;
  const create = () => ({ kept: {}, prepare: () => ({}), build: () => features });

  it('is the modality, or what the options make of it, or none', () => {
    const radar: Modality<Lidar> = { ...lidar, name: 'radar' };
    const both = defineEncoder<typeof shared.options, Lidar>({
      ...shared,
      name: 'both',
      modality: ({ kind }) => ({ lidar, radar })[kind],
      create,
    });
    expect(modalityOf(both, { kind: 'radar' })).toBe(radar);
    expect(modalityOf(both, { kind: 'lidar' })).toBe(lidar);
    expect(modalityOf(defineEncoder({ ...shared, name: 'one', modality: lidar, create }), { kind: 'radar' })).toBe(
      lidar,
    );
    const fusion = defineFusion({ ...shared, name: 'none', create: () => ({ build: () => features }) });
    expect(modalityOf(fusion, { kind: 'radar' })).toBeUndefined();
  });
});

describe('required', () => {
  it('gives what is there, whatever it is', () => {
    for (const value of [0, '', false, NaN]) expect(required(value, 'it')).toBe(value);
  });

  it.each([undefined, null])('names what is missing: %s', (value) => {
    expect(() => required(value, 'the record of row 3')).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_UNEXPECTED', message: 'the record of row 3 is missing' }),
    );
  });
});

describe('onlyFeatures', () => {
  const model = (parts: Readonly<Record<string, Features>>): Model => ({
    features: parts,
    inputs: Object.keys(parts),
    input: () => ({ x: {}, present: scalar, content: undefined }),
    encode: () => features,
    fuse: () => features,
  });

  it('gives the one thing that a head reads', () => {
    expect(onlyFeatures(model({ image: features }))).toBe(features);
  });

  it.each([[{}], [{ image: features, note: features }]])('refuses none and several', (parts) => {
    expect(() => onlyFeatures(model(parts))).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_MANIFEST_INVALID', hint: expect.stringContaining('fusion') }),
    );
  });
});
