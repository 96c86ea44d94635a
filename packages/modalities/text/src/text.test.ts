import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Source } from '@sensorium/contracts';
import { readAddress } from '@sensorium/media';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { expect, it } from 'vitest';
import { text } from './index.js';

conformsAsModality(text, {
  sources: ['What is THE red thing?', '', '日本 🙂', 7, true, new TextEncoder().encode('naïve'), new Blob(['a'])],
  bad: [{}, ['a'], Uint8Array.of(0x61, 0xff), 'x'.repeat(50_001)],
});
conformsToReadme(text, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const io = { read: readAddress };
const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);

it('takes a string for the text itself, even if it is a path or empty, and a number as it is written', async () => {
  for (const value of ['/etc/hostname', '', ' two\nlines ']) expect(await text.decode(value, io)).toBe(value);
  expect(await text.decode(1984, io)).toBe('1984');
  expect(await text.decode(true, io)).toBe('true');
});

it('decodes bytes, Blobs and what a URL object names', async () => {
  const value = 'naïve 日本 🙂';
  expect(await text.decode(utf8(value), io)).toBe(value);
  expect(await text.decode(utf8(`\ufeff${value}`).buffer, io)).toBe(value);
  expect(await text.decode(new Blob([value]), io)).toBe(value);
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-text-'));
  await writeFile(join(folder, 'a.txt'), value);
  expect(await text.decode(pathToFileURL(join(folder, 'a.txt')), io)).toBe(value);
  await rm(folder, { recursive: true });
});

it('is seen as it stands', () => {
  expect(text.show(' a b ')).toEqual({ kind: 'text', text: ' a b ' });
});

it.each([
  ['a string', (value: string) => value],
  ['bytes', utf8],
  ['a Blob', (value: string) => new Blob([value])],
])('refuses %s of more than 50,000 characters', async (_, make) => {
  expect(await text.decode(make('日'.repeat(50_000)), io)).toHaveLength(50_000);
  await expect(text.decode(make('a'.repeat(50_001)), io)).rejects.toMatchObject({
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: expect.stringContaining('is a text of 50001 characters; the limit is 50000'),
  });
});

it('calls a text by the name that is given, and not by what it says', async () => {
  await expect(text.decode('x'.repeat(50_001), io)).rejects.toThrow(/^"text" is a text/);
  await expect(text.decode('x'.repeat(50_001), { ...io, name: 'row 3' })).rejects.toThrow(/^"row 3" is a text/);
});

it('refuses bytes that are no text, and what is no source', async () => {
  await expect(text.decode(Uint8Array.of(0x61, 0xff), io)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
  for (const source of [null, {}, ['a'], { width: 1, height: 1, channels: 1, data: Uint8Array.of(0) }]) {
    await expect(text.decode(source as Source, io)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
  }
});

it('stops where the signal says so', async () => {
  const aborted = { ...io, signal: AbortSignal.abort() };
  await expect(text.decode(utf8('a'), aborted)).rejects.toMatchObject({ name: 'AbortError' });
});
