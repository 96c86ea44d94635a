import type { Source } from '@sensorium/contracts';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { expect, it } from 'vitest';
import { category } from './index.js';

conformsAsModality(category, { sources: ['cat', ' Cat ', '', 1, 0.5, false], bad: [{}, ['a'], new Uint8Array(3)] });
conformsToReadme(category, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const io = { read: async () => expect.fail('a label is never an address') };

it.each<[Source, string]>([
  ['cat', 'cat'],
  [' Cat ', ' Cat '],
  ['', ''],
  ['a/b.png', 'a/b.png'],
  [1, '1'],
  [0.5, '0.5'],
  [false, 'false'],
])('%j is the label %j', async (source, label) => {
  expect(await category.decode(source, io)).toBe(label);
  expect(category.show(label)).toEqual({ kind: 'text', text: label });
});

it.each([null, {}, ['a'], new Uint8Array(3)])('refuses %j', async (source) => {
  await expect(category.decode(source as Source, { ...io, name: 'row 7' })).rejects.toMatchObject({
    code: 'SENSORIUM_BAD_MEDIA',
    message: expect.stringMatching(/^"row 7" is (null|an object|an array); expected a label$/),
  });
});
