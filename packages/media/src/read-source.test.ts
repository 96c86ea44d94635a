import type { SensoriumError } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { encodePng, isUrl, nameOf, nameOfAddress, readAddress, readBytes } from './index.js';

const io = { read: readAddress };

it('tells URLs from paths', () => {
  for (const url of [
    'http://x',
    'HTTPS://x',
    'file:///x',
    'file:/x',
    'data:,x',
    'data:a/b;base64,x',
    's3://x/y',
    'blob:x',
  ])
    expect(isUrl(url), url).toBe(true);
  for (const path of [
    'frame:001.png',
    'a.png',
    '/a',
    'C:\\a.png',
    'c:/a',
    'data:1.png',
    'http:',
    '12:30:00.jpg',
    'file:x',
  ])
    expect(isUrl(path), path).toBe(false);
  expect(isUrl(new URL('https://x'))).toBe(true);
});

it('names addresses without what is secret in them', () => {
  const names: [string, string][] = [
    ['https://user:secret@host/x.png?sig=abc#part', 'https://host/x.png'],
    ['HTTPS://user:p@ss@host:8080/@x.png', 'HTTPS://host:8080/@x.png'],
    ['https://user:no/url@host/x.png?a@b', 'https://host/x.png'],
    ['https:\\\\user:secret@host\\x', 'https:\\\\host\\x'],
    ['https://host?sig=abc', 'https://host'],
    ['s3://key:secret@bucket/x.png?a=b', 's3://bucket/x.png'],
    ['what is it? me@host', 'what is it? me@host'],
    ['a/b?c#d.png', 'a/b?c#d.png'],
    ['C:\\a@b.png', 'C:\\a@b.png'],
    ['data:image/png;base64,AAAA', 'data URL'],
  ];
  for (const [address, name] of names) {
    expect(nameOfAddress(address)).toBe(name);
    expect(nameOfAddress(name)).toBe(name);
    expect(nameOf('', { ...io, name: address })).toBe(name);
  }
  expect(nameOfAddress('x'.repeat(1000))).toBe(`${'x'.repeat(200)}…`);
});

it('says what a long text is that is no path', async () => {
  const data = Uint8Array.from({ length: 300 }, (_, index) => index);
  const picture = await encodePng({ width: 10, height: 10, channels: 3, data });
  const png = Buffer.concat([picture, Buffer.alloc(150_000, 7)]);
  for (const base64 of [png.toString('base64'), png.toString('base64url')]) {
    expect(base64.length).toBeGreaterThan(100_000);
    for (const access of [undefined, {}]) {
      const read: typeof readAddress = (address, options) => readAddress(address, { ...options, access });
      const error = (await readBytes(base64, { read }, 1e9).catch((reason: unknown) => reason)) as SensoriumError;
      expect(error).toMatchObject({
        code: 'SENSORIUM_BAD_MEDIA',
        message: expect.stringContaining('is no path: it looks like a picture (PNG), written in base64'),
        hint: expect.stringContaining('"data:;base64,"'),
      });
      expect(error.message.length).toBeLessThan(400);
    }
  }
  expect(await readBytes(`data:;base64,${png.toString('base64')}`, io, 1e9)).toEqual(new Uint8Array(png));
  for (const path of ['a-long-path/without/any/extension/at/all', 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo='])
    await expect(readBytes(path, io, 1e9)).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
});

it('keeps to a limit of bytes, wherever they come from', async () => {
  const limited = { ...io, limits: { bytes: 3 } };
  for (const source of ['data:,abcd', new Blob(['abcd']), new Uint8Array(4), new ArrayBuffer(4)])
    await expect(readBytes(source, limited, 100)).rejects.toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
  expect(await readBytes('data:,abc', limited, 100)).toHaveLength(3);
});
