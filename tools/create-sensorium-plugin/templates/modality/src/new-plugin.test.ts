import { conformsAsModality } from '@sensorium/testkit';
import { expect, it } from 'vitest';
import { newPlugin } from './index.js';

conformsAsModality(newPlugin, { sources: [90, '-45', '12.5'], bad: ['north', '', Number.NaN] });

it.each([
  [90, 90],
  ['-45', 315],
  [720.5, 0.5],
])('%o is %d°', async (source, degrees) => {
  const io = { read: async () => new Uint8Array() };
  expect(await newPlugin.decode(source, io)).toEqual({ degrees });
});
