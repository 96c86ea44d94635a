import { describe, expect, it } from 'vitest';
import type { Manifest } from '@sensorium/contracts';
import { buildSmallModel, labels, plugins, twoTexts, words } from '../testing/small-model.js';
import { createPluginResolver, readManifest, resolveManifest } from './index.js';

describe('the manifest of a model folder', () => {
  const tied: Manifest = {
    ...twoTexts,
    inputs: { ...twoTexts.inputs, other: { encoder: 'text', tied: 'title', column: 'second' } },
  };
  const branching: Manifest = {
    sensorium: 1,
    inputs: { title: words, notes: { ...words, many: 3 }, facts: { ...words, columns: ['a', 'b'] } },
    fusions: { all: { use: 'concat', of: ['pair', 'facts'] }, pair: { use: 'concat', of: ['title', 'notes'] } },
    heads: { answer: { use: 'classification', labels }, space: { use: 'embedding', of: ['title', 'pair'] } },
  };

  const single: Manifest = {
    sensorium: 1,
    inputs: { title: words },
    heads: { answer: { use: 'classification', labels } },
  };

  it.each([
    ['with one fusion', twoTexts],
    ['with a backend', { ...twoTexts, backend: 'wasm' }],
    ['with one input, and so without fusion', single],
    ['with tied inputs', tied],
    ['with lists, rows, named fusions and a head without column', branching],
  ])('resolves to itself, without what says how it came to be: %s', async (_, manifest) => {
    const { manifest: written } = await buildSmallModel(manifest);
    const read = await readManifest(`${JSON.stringify(written, null, 2)}\n`);
    const resolution = await resolveManifest(read, createPluginResolver({ plugins }));
    const { built: _built, ...own } = written;
    expect(resolution.manifest).toEqual(own);
  });

  it('places its errors where they stand', async () => {
    const { manifest: written } = await buildSmallModel(twoTexts);
    const fusion = { ...written.fusions['fusion'], options: { dim: -3 } };
    const text = JSON.stringify({ ...written, fusions: { fusion } }, null, 2);
    const line = text.split('\n').findIndex((one) => one.includes('-3')) + 1;
    const read = await readManifest(text);
    await expect(resolveManifest(read, createPluginResolver({ plugins }))).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      location: { line, column: 16 },
    });
  });

  it('is told from one with a key that does not exist', async () => {
    await expect(readManifest({ ...twoTexts, built: 'here' })).rejects.toMatchObject({ code: 'SENSORIUM_UNKNOWN_KEY' });
    await expect(
      readManifest({ ...twoTexts, fusion: { use: 'attention', options: { dim: 3 } } }),
    ).resolves.toMatchObject({ manifest: { fusion: { options: { dim: 3 } } } });
  });
});
