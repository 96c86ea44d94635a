import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { defineFusion, type Fusion } from '@sensorium/contracts';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { manifestJsonSchema } from './json-schema.js';
import { readManifest } from './read.js';

const build = (): Fusion => ({ build: (_scope, parts) => Object.values(parts)[0]! });

const attention = defineFusion({
  specVersion: 'v1',
  name: 'attention',
  options: z.strictObject({
    heads: z.int().positive().default(4),
    window: z.tuple([z.int(), z.int()]).optional(),
    depth: z.int(),
  }),
  create: build,
});

const manifest = { sensorium: 1, inputs: { image: 'image' }, fusion: 'attention', heads: { answer: 'classification' } };

describe('the JSON Schema for editors', () => {
  // Strict, so that a key which means nothing in this draft is an error; but for `examples` beside a type.
  const accepts = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(
    manifestJsonSchema([attention]),
  );

  it.each([
    ['short forms', manifest],
    ['long forms', { ...manifest, fusion: { use: 'attention', depth: 1, heads: 2, window: [1, 2] } }],
    ['a plugin by its package', { ...manifest, fusion: { use: '@sensorium/fusion-attention', depth: 1, heads: 2 } }],
    ['other plugins and their options', { ...manifest, fusion: { use: '@acme/gated', gates: 3 } }],
    ['the keys of the manifest', { ...manifest, inputs: { image: { encoder: 'image', missing: 'skip', size: 3 } } }],
    ['no fusion, for one input', { ...manifest, fusion: undefined }],
    ['named fusions', { ...manifest, fusion: undefined, fusions: { a: { use: 'attention', depth: 1, of: 'image' } } }],
    [
      'all keys of inputs',
      { ...manifest, inputs: { a: 'image', b: { encoder: 'image', tied: 'a', many: 3, columns: ['x', 'y'] } } },
    ],
    ['what another manifest completes', { extends: 'base.yaml', inputs: { image: { size: 3 } } }],
    ['options that another manifest completes', { extends: 'base.yaml', fusion: { use: 'attention', heads: 2 } }],
    ['its own name', { $schema: './node_modules/@sensorium/contracts/manifest.schema.json', ...manifest }],
  ])('accepts %s', (_, value) => {
    expect(accepts(value), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each([
    ['an unknown key', { ...manifest, fuson: 'attention' }],
    ['an unknown option', { ...manifest, fusion: { use: 'attention', depth: 1, heds: 2 } }],
    [
      'an unknown option by its package',
      { ...manifest, fusion: { use: '@sensorium/fusion-attention', depth: 1, heds: 2 } },
    ],
    ['a wrong option', { ...manifest, fusion: { use: 'attention', depth: 1, heads: 0 } }],
    ['a wrong option of a named fusion', { ...manifest, fusions: { a: { use: 'attention', depth: 1, heads: 0 } } }],
    ['fusions of nothing', { ...manifest, fusions: { a: { use: 'attention', depth: 1, of: [] } } }],
    ['a wrong list', { ...manifest, fusion: { use: 'attention', depth: 1, window: [1, 'x'] } }],
    ['a missing option', { ...manifest, fusion: { use: 'attention', heads: 2 } }],
    [
      'an unknown option of a manifest that extends another',
      { extends: 'b.yaml', fusion: { use: 'attention', heds: 2 } },
    ],
    ...['sensorium', 'inputs', 'heads'].map((key): [string, object] => [
      `a manifest without ${key}`,
      Object.fromEntries(Object.entries(manifest).filter(([own]) => own !== key)),
    ]),
    ['an input without an encoder', { ...manifest, inputs: { image: { size: 3 } } }],
    ['a fusion without a plugin', { ...manifest, fusion: { heads: 3 } }],
    ['a head without a plugin', { ...manifest, heads: { answer: { weight: 2 } } }],
    ['no inputs', { ...manifest, inputs: {} }],
    ['a bad name', { ...manifest, inputs: { '1st': 'image' } }],
    ['another version', { ...manifest, sensorium: 2 }],
  ])('refuses %s', (_, value) => {
    expect(accepts(value)).toBe(false);
  });

  it.each([
    ['long forms', { ...manifest, fusion: { use: 'attention', depth: 1 } }],
    ['no inputs', { ...manifest, inputs: {} }],
    ['no encoder', { ...manifest, inputs: { image: { size: 3 } } }],
    ['no fusion', { sensorium: 1, inputs: { image: 'image' }, heads: { answer: 'classification' } }],
    ['no version', { inputs: { image: 'image' }, fusion: 'attention', heads: { answer: 'classification' } }],
    ['the name of the schema', { $schema: 'x', ...manifest }],
  ])('requires what the reader does: %s', async (_, value) => {
    const isRead = await readManifest(value).then(
      () => true,
      () => false,
    );
    expect(accepts(value)).toBe(isRead);
  });

  it('offers the names of the plugins', () => {
    const { fusion, inputs } = manifestJsonSchema([attention]).properties ?? {};
    expect(fusion).toMatchObject({ anyOf: [{ type: 'string', examples: ['attention'] }, { type: 'object' }] });
    expect(JSON.stringify(inputs)).not.toContain('attention');
  });
});

it('has what options of plugins define, such as any JSON', () => {
  const free = defineFusion({
    specVersion: 'v1',
    name: 'free',
    options: z.strictObject({ notes: z.json() }),
    create: build,
  });
  const accepts = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(
    manifestJsonSchema([free]),
  );
  const given = (notes: unknown): object => ({ ...manifest, fusion: { use: 'free', notes } });
  expect(accepts(given({ a: [1, null, { b: 'c' }] })), JSON.stringify(accepts.errors)).toBe(true);
  expect(accepts({ ...manifest, fusion: { use: 'free', other: 1 } })).toBe(false);
});

it('the schema that @sensorium/contracts ships knows the standard plugins', async () => {
  const file = createRequire(import.meta.url).resolve('@sensorium/contracts/manifest.schema.json');
  const schema = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  expect(schema['$schema']).toMatch(/draft-07/);
  expect(schema['$id']).toMatch(/@sensorium\/contracts\/manifest\.schema\.json$/);
  const accepts = new Ajv({ strict: true, strictTypes: false, strictRequired: false, formats: { uri: true } }).compile(
    schema,
  );
  const short = { ...manifest, $schema: './manifest.schema.json' };
  expect(accepts(short), JSON.stringify(accepts.errors)).toBe(true);
  expect(accepts({ ...short, heads: undefined })).toBe(false);
  expect(accepts({ ...short, inputs: { photo: { encoder: 'onnx' } } })).toBe(false);
  const photo = { encoder: 'onnx', file: 'x.onnx' };
  expect(accepts({ ...short, inputs: { photo, other: { encoder: 'onnx', tied: 'photo' } } })).toBe(true);
});
