import { describe, expect, it } from 'vitest';
import { buildSmallModel, plugins, twoTexts } from '../testing/small-model.js';
import { createPluginResolver, readManifest, resolveManifest } from './index.js';

describe('the manifest of a model folder', () => {
  it('resolves to itself, without what says how it came to be', async () => {
    const { manifest: written } = await buildSmallModel(twoTexts);
    const read = await readManifest(`${JSON.stringify(written, null, 2)}\n`);
    const { manifest } = await resolveManifest(read, createPluginResolver({ plugins }));
    const { built: _, ...own } = written;
    expect(manifest).toEqual(own);
  });

  it('places its errors where they stand', async () => {
    const { manifest: written } = await buildSmallModel(twoTexts);
    const text = JSON.stringify({ ...written, fusion: { ...written.fusion, options: { dim: -3 } } }, null, 2);
    const line = text.split('\n').findIndex((one) => one.includes('-3')) + 1;
    const read = await readManifest(text);
    await expect(resolveManifest(read, createPluginResolver({ plugins }))).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      location: { line, column: 14 },
    });
  });

  it('is told from one with a key that does not exist', async () => {
    await expect(readManifest({ ...twoTexts, built: 'here' })).rejects.toMatchObject({ code: 'SENSORIUM_UNKNOWN_KEY' });
    await expect(
      readManifest({ ...twoTexts, fusion: { use: 'attention', options: { dim: 3 } } }),
    ).resolves.toMatchObject({ manifest: { fusion: { options: { dim: 3 } } } });
  });
});
