import { definePlugin, type Fusion } from '@sensorium/contracts';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { manifestJsonSchema } from './json-schema.js';

const attention = definePlugin({
  specVersion: 'v1',
  kind: 'fusion',
  name: 'attention',
  options: z.strictObject({
    heads: z.int().positive().default(4),
    window: z.tuple([z.int(), z.int()]).optional(),
    depth: z.int(),
  }),
  create: (): Fusion => ({ build: (_scope, parts) => Object.values(parts)[0]! }),
});

const manifest = { sensorium: 1, inputs: { image: 'image' }, fusion: 'attention', heads: { answer: 'classification' } };

describe('the JSON Schema for editors', () => {
  // Strict, so that a key which means nothing in this draft is an error; but for `examples` beside a type.
  const accepts = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(
    manifestJsonSchema([attention]),
  );

  it.each([
    ['short forms', manifest],
    ['long forms', { ...manifest, fusion: { use: 'attention', heads: 2, window: [1, 2] } }],
    ['a plugin by its package', { ...manifest, fusion: { use: '@sensorium/fusion-attention', heads: 2 } }],
    ['other plugins and their options', { ...manifest, fusion: { use: '@acme/gated', gates: 3 } }],
    ['the keys of the manifest', { ...manifest, inputs: { image: { encoder: 'image', missing: 'skip', size: 3 } } }],
    ['what another manifest completes', { sensorium: 1, extends: 'base.yaml', inputs: { image: { size: 3 } } }],
  ])('accepts %s', (_, value) => {
    expect(accepts(value), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each([
    ['an unknown key', { ...manifest, fuson: 'attention' }],
    ['an unknown option', { ...manifest, fusion: { use: 'attention', heds: 2 } }],
    ['an unknown option by its package', { ...manifest, fusion: { use: '@sensorium/fusion-attention', heds: 2 } }],
    ['a wrong option', { ...manifest, fusion: { use: 'attention', heads: 0 } }],
    ['a wrong list', { ...manifest, fusion: { use: 'attention', window: [1, 'x'] } }],
    ['a bad name', { ...manifest, inputs: { '1st': 'image' } }],
    ['another version', { ...manifest, sensorium: 2 }],
  ])('refuses %s', (_, value) => {
    expect(accepts(value)).toBe(false);
  });

  it('offers the names of the plugins', () => {
    const { fusion, inputs } = manifestJsonSchema([attention]).properties ?? {};
    expect(fusion).toMatchObject({ anyOf: [{ type: 'string', examples: ['attention'] }, { type: 'object' }] });
    expect(JSON.stringify(inputs)).not.toContain('attention');
  });
});
