import { expect, it } from 'vitest';
import { z } from 'zod';
import { createPluginResolver } from './resolver.js';

const head = { specVersion: 'v1', kind: 'head', name: 'far', options: z.strictObject({}), create: () => ({}) };
let loads = 0;
const packages = {
  '@sensorium/head-far': { version: '4.5.6', load: async () => ((loads += 1), { far: head }) },
  'sensorium-head-lost': { version: '1.0.0', load: () => Promise.reject(new TypeError('Failed to fetch')) },
};
const resolver = createPluginResolver({ packages });

it('are loaded when one is named', async () => {
  expect(loads).toBe(0);
  const found = await resolver.resolve('head', 'far');
  expect(found).toEqual({ plugin: head, package: '@sensorium/head-far', version: '4.5.6' });
  expect(loads).toBe(1);
});

it('come after those of the project', async () => {
  const load = (): never => {
    throw new Error('must not be loaded');
  };
  const both = createPluginResolver({
    from: [new URL('../../package.json', import.meta.url)],
    packages: { '@sensorium/encoder-text': { version: '9.9.9', load } },
  });
  expect(await both.resolve('encoder', 'text')).toMatchObject({ version: '0.1.0', plugin: { name: 'text' } });
});

it('are suggested', async () => {
  await expect(resolver.resolve('head', 'fat')).rejects.toMatchObject({
    code: 'SENSORIUM_UNKNOWN_PLUGIN',
    message: 'There is no head "fat" among the plugins at hand. Did you mean "far"?',
    hint: 'Known heads: far, lost.',
  });
  await expect(resolver.resolve('head', 'constructor')).rejects.toMatchObject({ code: 'SENSORIUM_UNKNOWN_PLUGIN' });
});

it('may be out of reach', async () => {
  await expect(resolver.resolve('head', 'lost')).rejects.toMatchObject({
    code: 'SENSORIUM_BAD_PLUGIN',
    message: 'sensorium-head-lost cannot be loaded: Failed to fetch',
  });
});
