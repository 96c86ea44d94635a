import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { readText } from './index.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

it('takes a string for the text itself, even if it is a path or empty', async () => {
  expect(await readText('/etc/hostname')).toEqual({ kind: 'text', text: '/etc/hostname' });
  expect(await readText('')).toEqual({ kind: 'text', text: '' });
  expect(await readText({ kind: 'text', text: 'x' })).toEqual({ kind: 'text', text: 'x' });
});

it('decodes bytes, Blobs and what a URL object names', async () => {
  const text = 'naïve 日本 🙂';
  expect(await readText(utf8(text))).toEqual({ kind: 'text', text });
  expect(await readText(utf8(`\ufeff${text}`).buffer as ArrayBuffer)).toEqual({ kind: 'text', text });
  expect(await readText(new Blob([text]))).toEqual({ kind: 'text', text });
  expect(await readText(new Uint8Array())).toEqual({ kind: 'text', text: '' });
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-text-'));
  await writeFile(join(folder, 'a.txt'), text);
  expect(await readText(pathToFileURL(join(folder, 'a.txt')))).toEqual({ kind: 'text', text });
  await rm(folder, { recursive: true });
});

it('refuses bytes that are not UTF-8 and says where', async () => {
  const cases: [Uint8Array, number][] = [
    [Uint8Array.of(0x61, 0xff, 0x61), 1],
    [Uint8Array.of(0xff), 0],
    // An overlong slash.
    [Uint8Array.of(0x61, 0x61, 0xc0, 0xaf), 2],
    // Cut within a character of three bytes.
    [utf8('ab日').subarray(0, 4), 4],
    [Uint8Array.from(Buffer.from(`${'x'.repeat(100_000)}café au lait`, 'latin1')), 100_004],
  ];
  for (const [bytes, offset] of cases) {
    await expect(readText(bytes, { name: 'a.txt' })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringContaining(`"a.txt" is not UTF-8 text: byte ${offset} `),
    });
  }
  await expect(readText(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).rejects.toThrow('looks like a picture (JPEG)');
});

it('refuses longer texts than allowed', async () => {
  for (const source of [
    'abcd',
    utf8('abcd'),
    utf8('日'.repeat(100)),
    new Blob(['abcd']),
    { kind: 'text', text: 'abcd' } as const,
  ]) {
    await expect(readText(source, { maxCharacters: 3 })).rejects.toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
  }
  expect((await readText(utf8('日本語'), { maxCharacters: 3 })).text).toHaveLength(3);
  await expect(readText('x'.repeat(1_000_001))).rejects.toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
});

it('refuses a picture that is decoded', async () => {
  const raster = { kind: 'image', width: 1, height: 1, channels: 1, data: Uint8Array.of(0) } as const;
  await expect(readText(raster)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
});
