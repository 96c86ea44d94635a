import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Source } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { readAddress, readUtf8 } from './index.js';

const io = { read: readAddress };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

it('decodes bytes, Blobs and what a path or URL names', async () => {
  const text = 'naïve 日本 🙂';
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-text-'));
  const path = join(folder, 'a.txt');
  await writeFile(path, `\ufeff${text}`);
  const sources = [utf8(text), utf8(`\ufeff${text}`).buffer, new Blob([text]), path, pathToFileURL(path)];
  for (const source of sources) expect(await readUtf8(source, io, 100)).toBe(text);
  expect(await readUtf8(new Uint8Array(), io, 0)).toBe('');
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
    await expect(readUtf8(bytes, { ...io, name: 'a.txt' }, 1e6)).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringContaining(`"a.txt" is not UTF-8 text: byte ${offset} `),
      location: { file: 'a.txt' },
    });
  }
  await expect(readUtf8(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), io, 100)).rejects.toThrow('looks like a picture (JPEG)');
});

it('refuses more bytes than allowed, wherever they come from', async () => {
  const io3 = { read: async () => utf8('abcd') };
  for (const source of ['anywhere', utf8('abcd'), utf8('abcd').buffer, new Blob(['abcd'])]) {
    await expect(readUtf8(source, io3, 3)).rejects.toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
    expect(await readUtf8(source, io3, 4)).toBe('abcd');
  }
});

it('stops a download that is too long', async () => {
  let sent = 0;
  const endless = createServer((_, response) => {
    const send = (): void => {
      while (!response.destroyed && response.write('x'.repeat(1000))) sent += 1000;
    };
    response.on('drain', send);
    send();
  });
  await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(endless.address() as AddressInfo).port}/`);
  await expect(readUtf8(url, io, 10_000)).rejects.toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
  expect(sent).toBeLessThan(10e6);
  endless.closeAllConnections();
  endless.close();
});

it('refuses what is no source, and says what it is', async () => {
  const cases: [unknown, string][] = [
    [7, 'is 7'],
    [null, 'is null'],
    [true, 'is true'],
    [[1], 'is an array'],
    [{ a: 1 }, 'is an object'],
  ];
  for (const [source, message] of cases) {
    await expect(readUtf8(source as Source, io, 100)).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringContaining(message),
    });
  }
});
