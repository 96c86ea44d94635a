import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { expect, it } from 'vitest';
import { newPlugin } from './index.js';

conformsAsModality(newPlugin, { sources: [90, '-45', '12.5'], bad: ['north', '', Number.NaN] });
conformsToReadme(newPlugin, new URL('../README.md', import.meta.url), load);

it.each([
  [90, 90],
  ['-45', 315],
  [720.5, 0.5],
])('%o is %d°', async (source, degrees) => {
  const io = { read: async () => new Uint8Array() };
  expect(await newPlugin.decode(source, io)).toEqual({ degrees });
});

/** This package need not be built for its own example. */
function load(name: string): Promise<object> {
  return import(name === 'NEW_PACKAGE' ? './index.js' : name) as Promise<object>;
}
