import { rm } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend, createPluginResolver, loadPipeline, platform, readManifest, resolveManifest } from './index.js';
import { buildSmallModel, labels, plugins, words, writeModelFolder } from './testing/small-model.js';

/** What every object of JavaScript has. */
const inherited = ['constructor', 'toString', 'valueOf', 'hasOwnProperty'] as const;
const [first, second, both, answer] = inherited;

const manifest: Manifest = {
  sensorium: 1,
  name: 'inherited',
  inputs: { [first]: words, [second]: { ...words, missing: 'skip' as const } },
  fusions: { [both]: { use: 'concat', of: [first, second] } },
  heads: { [answer]: { use: 'classification', labels } },
};

let folder: string;
beforeAll(async () => {
  folder = await writeModelFolder(await buildSmallModel(manifest));
});
afterAll(() => rm(folder, { recursive: true }));

describe('parts called as JavaScript calls its own', () => {
  it('are read, missing, and answered like others', async () => {
    await using pipeline = await loadPipeline(folder, { plugins });
    const given = await pipeline.run({ [first]: 'red', [second]: 'blue' });
    const missing = await pipeline.run({ [first]: 'red' });
    expect(Object.keys(given)).toEqual([answer]);
    expect(missing).not.toEqual(given);
    expect(await pipeline.run({ [first]: 'red', [second]: null })).toEqual(missing);
    await expect(pipeline.run({})).rejects.toMatchObject({ code: 'SENSORIUM_MISSING_INPUT', location: { key: first } });
    await expect(pipeline.run({ [first]: 'red', [both]: 'x' })).rejects.toMatchObject({
      code: 'SENSORIUM_UNKNOWN_INPUT',
    });
  });

  it.each(inherited)('are no backends, options, plugins or sections: %s', async (name) => {
    const resolver = createPluginResolver({ plugins });
    await expect(chooseBackend(platform, [name], resolver)).rejects.toMatchObject({
      code: 'SENSORIUM_BACKEND_UNAVAILABLE',
      message: expect.stringContaining(`there is no backend "${name}"`),
    });
    const resolve = async (change: object): Promise<unknown> =>
      resolveManifest(await readManifest({ ...manifest, ...change }), resolver);
    await expect(resolve({ inputs: { ...manifest.inputs, [first]: { ...words, [name]: 1 } } })).rejects.toMatchObject({
      code: 'SENSORIUM_UNKNOWN_KEY',
      message: expect.stringContaining(`no option "${name}"`),
    });
    await expect(resolve({ [name]: {} })).rejects.toMatchObject({ code: 'SENSORIUM_UNKNOWN_KEY' });
    await expect(resolve({ training: { [name]: 1 } })).rejects.toMatchObject({ code: 'SENSORIUM_UNKNOWN_KEY' });
    await expect(resolve({ heads: { label: name } })).rejects.toMatchObject({ code: 'SENSORIUM_UNKNOWN_PLUGIN' });
  });
});

it('errors of a manifest are short, however long its words are', async () => {
  const long = 'x'.repeat(1e6);
  const resolver = createPluginResolver({ plugins });
  for (const change of [{ heads: { label: long } }, { training: { [long]: 1 } }, { inputs: { 'a picture': 'text' } }]) {
    const outcome = readManifest({ ...manifest, ...change }).then((read) => resolveManifest(read, resolver));
    const { message, hint } = await outcome.then(
      () => expect.fail('accepted'),
      (error: { message: string; hint: string }) => error,
    );
    expect([message.length, hint.length].every((length) => length > 0 && length < 2000)).toBe(true);
  }
});
