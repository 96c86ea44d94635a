import {
  defineEncoder,
  defineFusion,
  defineHead,
  formatError,
  SensoriumError,
  type Modality,
} from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readManifest } from './read.js';
import { resolveManifest } from './resolve.js';
import { createPluginResolver } from './resolver.js';

// These plugins are never created here: what counts is their schemas.
const never = (): never => {
  throw new Error('created');
};
const anything: Modality = {
  name: 'anything',
  from: 'cell',
  exclusive: false,
  version: '1',
  decode: async (source) => source,
  show: () => ({ kind: 'text', text: 'anything' }),
};
const image = defineEncoder({
  specVersion: 'v1',
  name: 'image',
  modality: anything,
  options: z.strictObject({
    size: z.int().positive().default(32).describe('side of the square'),
    mean: z.tuple([z.number(), z.number()]).default([0, 1]),
    crop: z.strictObject({ keep: z.number().min(0).max(1).default(1) }).prefault({}),
  }),
  create: never,
});
const text = defineEncoder({
  specVersion: 'v1',
  name: 'text',
  modality: anything,
  options: z.strictObject({ language: z.string().min(1) }),
  create: never,
});
const attention = defineFusion({
  specVersion: 'v1',
  name: 'attention',
  options: z.strictObject({
    heads: z.int().positive().default(4),
    layers: z.int().positive().default(2),
    dropout: z.number().min(0).max(1).default(0.1),
  }),
  create: never,
});
const concat = defineFusion({
  specVersion: 'v1',
  name: 'concat',
  options: z.strictObject({}),
  create: never,
});
const classification = defineHead({
  specVersion: 'v1',
  name: 'classification',
  modality: anything,
  options: z.strictObject({
    labels: z.array(z.string()).optional(),
    smoothing: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .refine((value) => value !== 0.5, 'half is neither'),
  }),
  create: never,
});

const objective = defineHead({ specVersion: 'v1', name: 'objective', options: z.strictObject({}), create: never });

const resolver = createPluginResolver({ plugins: [image, text, attention, concat, classification, objective] });

async function resolve(source: string | object) {
  return resolveManifest(await readManifest(source), resolver);
}

async function failure(source: string): Promise<SensoriumError> {
  const error: unknown = await resolve(source).catch((reason: unknown) => reason);
  if (!SensoriumError.is(error)) throw new Error('no SensoriumError', { cause: error });
  return error;
}

const manifest = (changes: { image?: string; fusion?: string; answer?: string } = {}): string => `sensorium: 1
inputs:
  image: ${changes.image ?? 'image'}
fusion: ${changes.fusion ?? 'attention'}
heads:
  answer: ${changes.answer ?? 'classification'}
`;

const trainable = { mode: 'full', rank: 8, alpha: 16, learningRate: 1, layerDecay: 1, parameters: {} };

describe('a resolved manifest', () => {
  it('has every default spelled out and every part under its package', async () => {
    const {
      manifest: resolved,
      plugins,
      versions,
    } = await resolve({
      sensorium: 1,
      inputs: {
        image: { encoder: 'image', size: 64, column: 'file' },
        left: { encoder: 'image', missing: 'learned' },
        right: { encoder: 'image', missing: 'skip', modalityDropout: 0.4 },
      },
      fusion: 'attention',
      heads: { answer: { use: 'classification', weight: 2, labels: ['a', 'b'] }, other: 'classification' },
    });
    expect(resolved).toEqual({
      sensorium: 1,
      name: 'model',
      inputs: {
        image: {
          encoder: '@sensorium/encoder-image',
          column: 'file',
          many: null,
          tied: null,
          missing: 'error',
          modalityDropout: 0,
          trainable,
          options: { size: 64, mean: [0, 1], crop: { keep: 1 } },
        },
        left: {
          encoder: '@sensorium/encoder-image',
          column: 'left',
          many: null,
          tied: null,
          missing: 'learned',
          modalityDropout: 0.1,
          trainable,
          options: { size: 32, mean: [0, 1], crop: { keep: 1 } },
        },
        right: {
          encoder: '@sensorium/encoder-image',
          column: 'right',
          many: null,
          tied: null,
          missing: 'skip',
          modalityDropout: 0.4,
          trainable,
          options: { size: 32, mean: [0, 1], crop: { keep: 1 } },
        },
      },
      fusions: {
        fusion: {
          use: '@sensorium/fusion-attention',
          of: ['image', 'left', 'right'],
          trainable,
          options: { heads: 4, layers: 2, dropout: 0.1 },
        },
      },
      heads: {
        answer: {
          use: '@sensorium/head-classification',
          of: ['fusion'],
          column: 'answer',
          weight: 2,
          trainable,
          options: { labels: ['a', 'b'], smoothing: 0 },
        },
        other: {
          use: '@sensorium/head-classification',
          of: ['fusion'],
          column: 'other',
          weight: 1,
          trainable,
          options: { smoothing: 0 },
        },
      },
      training: {
        epochs: 8,
        batchSize: 64,
        accumulate: 1,
        recompute: 1,
        optimizer: 'adamw',
        learningRate: 0.001,
        minutes: null,
        schedule: 'cosine',
        warmup: 0.05,
        weightDecay: 0.01,
        clip: 1,
        average: null,
        mix: null,
        balance: null,
        validation: 0.1,
        patience: null,
        seed: 1,
      },
      data: { onError: 'error' },
      backend: null,
    });
    expect(JSON.parse(JSON.stringify(resolved))).toEqual(resolved);
    expect([...plugins].map(([key, { plugin }]) => [key, plugin])).toEqual([
      ['inputs.image', image],
      ['inputs.left', image],
      ['inputs.right', image],
      ['fusion', attention],
      ['heads.answer', classification],
      ['heads.other', classification],
    ]);
    expect(versions).toEqual({});
  });

  it('takes its name from the manifest, else from its file; of backends it says whether somebody has chosen', async () => {
    const read = await readManifest(manifest());
    const named = (file: string, name?: string) =>
      resolveManifest({ ...read, manifest: { ...read.manifest, name }, file }, resolver);
    expect((await named('/models/easy-vqa.yaml')).manifest.name).toBe('easy-vqa');
    expect((await named('C:\\models\\v1.2.json')).manifest.name).toBe('v1.2');
    expect((await named('/models/easy-vqa.yaml', 'mine')).manifest.name).toBe('mine');
    expect((await resolve(manifest())).manifest.backend).toBeNull();
    expect((await resolve(`${manifest()}backend: cpu\n`)).manifest.backend).toEqual(['cpu']);
  });
});

describe('options that a plugin refuses', () => {
  it('are told in full', async () => {
    expect(formatError(await failure(manifest({ fusion: '{ use: attention, heds: 4 }' })))).toBe(
      [
        'SENSORIUM_UNKNOWN_KEY  4:27',
        '  fusion has no option "heds". Did you mean "heads"?',
        '  Options of @sensorium/fusion-attention: heads, layers, dropout.',
      ].join('\n'),
    );
  });

  it.each([
    [
      'a key of the manifest',
      { image: '{ encoder: image, colum: x }' },
      [3, 28],
      'inputs.image has no option "colum". Did you mean "column"?',
    ],
    [
      'an option within an option',
      { image: '{ encoder: image, crop: { kep: 1 } }' },
      [3, 36],
      'inputs.image.crop has no option "kep". Did you mean "keep"?',
    ],
    [
      'an option of a plugin without any',
      { fusion: '{ use: concat, dim: 3 }' },
      [4, 24],
      'fusion has no option "dim".',
    ],
  ] as const)('unknown: %s', async (_, changes, [line, column], message) => {
    expect(await failure(manifest(changes))).toMatchObject({
      code: 'SENSORIUM_UNKNOWN_KEY',
      message,
      location: { line, column },
    });
  });

  it.each([
    [
      'a wrong type',
      { image: '{ encoder: image, size: big }' },
      [3, 34],
      'inputs.image.size is "big"; expected a whole number greater than 0.',
    ],
    [
      'a wrong length',
      { image: '{ encoder: image, mean: [1] }' },
      [3, 34],
      'inputs.image.mean is a list; expected a list of 2 (each item: a number).',
    ],
    [
      'a wrong item',
      { image: '{ encoder: image, mean: [1, x] }' },
      [3, 38],
      'inputs.image.mean[1] is "x"; expected a number.',
    ],
    [
      'a missing option',
      { image: 'text' },
      [3, 3],
      'inputs.image.language is missing; expected text that is not empty.',
    ],
    [
      'a value at the bound',
      { answer: '{ use: classification, smoothing: 1 }' },
      [6, 45],
      'heads.answer.smoothing is 1; expected a number of at least 0 and less than 1.',
    ],
    [
      'a value refused by code',
      { answer: '{ use: classification, smoothing: 0.5 }' },
      [6, 45],
      'heads.answer.smoothing is 0.5: half is neither.',
    ],
  ] as const)('invalid: %s', async (_, changes, [line, column], message) => {
    expect(await failure(manifest(changes))).toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message,
      location: { line, column },
    });
  });

  it('are told for all parts at once', async () => {
    const error = await failure(
      manifest({
        image: '{ encoder: image, size: 0 }',
        fusion: '{ use: attention, layer: 1 }',
        answer: '{ use: classification, label: [] }',
      }),
    );
    expect(error.code).toBe('SENSORIUM_MANIFEST_INVALID');
    expect(error.message.split('\n')).toEqual([
      'inputs.image.size is 0; expected a whole number greater than 0.',
      '4:27  fusion has no option "layer". Did you mean "layers"?',
      '6:34  heads.answer has no option "label". Did you mean "labels"?',
    ]);
    expect(error.hint?.split('\n')).toEqual([
      'inputs.image.size: side of the square.',
      'Options of @sensorium/fusion-attention: heads, layers, dropout.',
      'Options of @sensorium/head-classification: labels, smoothing.',
    ]);
  });
});

it.each([
  ['an input', { image: '\n    encoder: imag' }, [4, 14], 'imag'],
  ['the short form of a fusion', { fusion: './gated' }, [4, 9], './gated'],
  ['a head', { answer: '{ use: image }' }, [6, 18], 'image'],
] as const)('gives the place of an unknown plugin: %s', async (_, changes, [line, column], use) => {
  const error = await failure(manifest(changes));
  expect(error).toMatchObject({ code: 'SENSORIUM_UNKNOWN_PLUGIN', location: { line, column } });
  expect(error.message).toContain(`"${use}"`);
});

it('gives every unknown plugin at its place, beside what else is wrong', async () => {
  const error = await failure(
    manifest({
      image: '{ encoder: imag }',
      fusion: '{ use: atention }',
      answer: '{ use: classification, smoothing: 2 }',
    }),
  );
  const { errors } = error.cause as AggregateError;
  const found = errors.map(({ code, location }: SensoriumError) => [code, location?.line, location?.column]);
  expect(found).toEqual([
    ['SENSORIUM_UNKNOWN_PLUGIN', 3, 21],
    ['SENSORIUM_UNKNOWN_PLUGIN', 4, 16],
    ['SENSORIUM_MANIFEST_INVALID', 6, 45],
  ]);
  expect(error.message).toContain('Did you mean "image"?');
  expect(error.message).toContain('4:16  There is no fusion "atention"');
  expect(error.hint).toContain('Known fusions: ');
});

it('asks for quotes around what is a text and looks like a number', async () => {
  const error = await failure(manifest({ image: 'text', answer: '{ use: classification, labels: [1, true, x] }' }));
  expect(error.message).toMatch(
    /heads\.answer\.labels\[0\] is 1; expected text\.[^]*labels\[1\] is true; expected text/,
  );
  expect(error.hint).toMatch(/Write it in quotes: "1"\.[^]*Write it in quotes: "true"\./);
});
