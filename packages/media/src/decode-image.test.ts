import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import type { Source } from '@sensorium/contracts';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, type Raster, readAddress } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-media-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

const width = 7;
const height = 5;

/** Some different values, [height, width, channels]. */
function pixels(channels: number): Uint8Array {
  return Uint8Array.from({ length: width * height * channels }, (_, index) => (index * 37 + 11) % 256);
}

function picture(channels: 1 | 2 | 3 | 4, data: Uint8Array | Uint16Array = pixels(channels)): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

const noise = (): Sharp =>
  sharp({
    create: {
      width: 64,
      height: 64,
      channels: 3,
      background: 'red',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });

const decodes = (source: Source): Promise<Raster> => decodeImage(source);
const named = (name: string) => ({ name, read: readAddress });

describe('decodeImage keeps', () => {
  it.each([
    [1, 'b-w'],
    [2, 'b-w'],
    [3, 'srgb'],
    [4, 'srgb'],
  ] as const)('%i channels of 8 bits', async (channels, space) => {
    const raster = await decodes(await picture(channels).toColourspace(space).png().toBuffer());
    expect(raster).toEqual({ width, height, channels, data: pixels(channels) });
  });

  it.each([
    [1, 'grey16'],
    [2, 'grey16'],
    [3, 'rgb16'],
    [4, 'rgb16'],
  ] as const)('%i channels of 16 bits', async (channels, space) => {
    const data = Uint16Array.from({ length: width * height * channels }, (_, index) => (index * 2633 + 7) % 65536);
    const raster = await decodes(await picture(channels, data).toColourspace(space).png().toBuffer());
    expect(raster).toEqual({ width, height, channels, data });
  });

  it('what a palette means', async () => {
    const two = Uint8Array.from({ length: width * height * 3 }, (_, index) => (Math.floor(index / 3) % 2 ? 255 : 0));
    const bytes = await picture(3, two).png({ palette: true, colours: 2 }).toBuffer();
    const { channels, data } = await decodes(bytes);
    expect([...data.filter((_, index) => index % channels === 0)]).toEqual([
      ...two.filter((_, index) => index % 3 === 0),
    ]);
  });

  it('grey JPEG as one channel', async () => {
    expect((await decodes(await picture(1).toColourspace('b-w').jpeg().toBuffer())).channels).toBe(1);
  });
});

describe('decodeImage converts', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i', async (orientation) => {
    // By the standard's definition: where the pixel of the upright picture (row, column) is stored.
    const stored = (row: number, column: number): [number, number] => {
      const [lastRow, lastColumn] = [height - 1, width - 1];
      const places: Record<number, [number, number]> = {
        1: [row, column],
        2: [row, lastColumn - column],
        3: [lastRow - row, lastColumn - column],
        4: [lastRow - row, column],
        5: [column, row],
        6: [lastRow - column, row],
        7: [lastRow - column, lastColumn - row],
        8: [column, lastColumn - row],
      };
      return places[orientation] as [number, number];
    };
    const bytes = await picture(3).withMetadata({ orientation }).png().toBuffer();
    const raster = await decodes(bytes);
    const turned = orientation > 4;
    expect([raster.width, raster.height]).toEqual(turned ? [height, width] : [width, height]);
    const expected = Array.from({ length: width * height }, (_, index) => {
      const [row, column] = stored(Math.floor(index / raster.width), index % raster.width);
      const start = (row * width + column) * 3;
      return [...pixels(3).slice(start, start + 3)];
    }).flat();
    expect([...raster.data]).toEqual(expected);
  });

  it('CMYK to sRGB', async () => {
    const red = { create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 30, b: 60 } } } as const;
    const bytes = await sharp(red).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const { channels, data } = await decodes(bytes);
    expect(channels).toBe(3);
    [200, 30, 60].forEach((value, channel) => expect(Math.abs((data[channel] as number) - value)).toBeLessThan(25));
  });

  it('a wide colour profile to sRGB', async () => {
    const green = { create: { width: 8, height: 8, channels: 3, background: { r: 40, g: 200, b: 40 } } } as const;
    const bytes = await sharp(green).withIccProfile('p3').png().toBuffer();
    const { data } = await decodes(bytes);
    [40, 200, 40].forEach((value, channel) => expect(Math.abs((data[channel] as number) - value)).toBeLessThan(6));
  });

  it('an animation to its first frame', async () => {
    const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 0), Buffer.alloc(8 * 8 * 3, 255)]);
    const gif = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const raster = await decodes(gif);
    expect([raster.width, raster.height]).toEqual([8, 8]);
    expect(raster.data[0]).toBe(0);
  });
});

describe('decodeImage takes', () => {
  let server: Server;
  let address: string;
  let bytes: Buffer;
  beforeAll(async () => {
    bytes = await picture(3).png().toBuffer();
    await writeFile(join(folder, 'a b.png'), bytes);
    server = createServer((request, response) => {
      const status = Number(request.url?.slice(1).split('?')[0]);
      response.statusCode = status;
      response.end(status === 200 ? bytes : 'no');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const sources = (): Record<string, Source> => ({
    'a path': join(folder, 'a b.png'),
    'a file URL': pathToFileURL(join(folder, 'a b.png')),
    'a file URL as text': pathToFileURL(join(folder, 'a b.png')).href,
    'an http URL': `${address}/200`,
    'a data URL': `data:image/png;base64,${bytes.toString('base64')}`,
    bytes: new Uint8Array(bytes),
    'an ArrayBuffer': new Uint8Array(bytes).buffer,
    'a Blob': new Blob([new Uint8Array(bytes)]),
    'a raster': { width, height, channels: 3, data: pixels(3) },
  });

  it('every kind of source', async () => {
    for (const [kind, source] of Object.entries(sources())) {
      expect(await decodes(source), kind).toMatchObject({ width, height, channels: 3, data: pixels(3) });
    }
  });

  it('and says what went wrong with a URL, without its secrets', async () => {
    const location = { file: `${address}/404` };
    await expect(decodes(`${address}/404?token=secret`)).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      location,
    });
    await expect(decodes(`${address}/403`)).rejects.toMatchObject({ code: 'SENSORIUM_NO_PERMISSION' });
    await expect(decodes(`${address}/500`)).rejects.toMatchObject({ code: 'SENSORIUM_IO' });
    await expect(decodes('http://127.0.0.1:1/x.png')).rejects.toMatchObject({ code: 'SENSORIUM_IO' });
    const failure = await decodes(`${address}/404?token=secret`).catch((error: Error) => error.message);
    expect(failure).not.toContain('secret');
  });

  it('and an address through the IO that it is given', async () => {
    const asked: unknown[] = [];
    const io = { read: async (...given: unknown[]) => (asked.push(given), new Uint8Array(bytes)) };
    expect(await decodeImage('anywhere.png', io, { maxPixels: 100 })).toMatchObject({ width, data: pixels(3) });
    expect(asked).toEqual([['anywhere.png', { maxBytes: 800 + 2 ** 26 }]]);
  });
});

describe('decodeImage refuses', () => {
  it('a file that is not there, a folder, and one that may not be read', async () => {
    await expect(decodes(join(folder, 'none.png'))).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      location: { file: join(folder, 'none.png') },
    });
    await expect(decodes(folder)).rejects.toMatchObject({ code: 'SENSORIUM_IO' });
    const path = join(folder, 'locked.png');
    await writeFile(path, 'x');
    await chmod(path, 0);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      await expect(decodes(path)).rejects.toMatchObject({ code: 'SENSORIUM_NO_PERMISSION', location: { file: path } });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
    ['no bytes', () => new Uint8Array(), /is empty/],
    ['text', () => new TextEncoder().encode('not a picture'), /looks like plain text/],
    ['a web page', () => new TextEncoder().encode('\n<!DOCTYPE html><p>404'), /looks like an HTML page/],
    [
      'a drawing',
      () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      /SVG/,
    ],
    ['a sound', () => new TextEncoder().encode('RIFF\0\0\0\0WAVEfmt '), /looks like a WAV sound/],
    ['zeros', () => new Uint8Array(100), /looks like zeros/],
    ['a cut JPEG', async () => half(await noise().jpeg().toBuffer()), /begins as JPEG, but is damaged or cut/],
    // Without the two bytes of the mark at its end alone, it may still have all pixels.
    ['a JPEG without its end', async () => (await noise().jpeg().toBuffer()).subarray(0, -8), /begins as JPEG, but is/],
    ['a cut PNG', async () => half(await noise().png().toBuffer()), /begins as PNG, but is damaged or cut/],
    ['a cut WebP', async () => half(await noise().webp().toBuffer()), /begins as WebP, but is damaged or cut/],
    ['a cut GIF', async () => half(await noise().gif().toBuffer()), /begins as GIF, but is damaged or cut/],
    ['the first bytes of a PNG', async () => (await noise().png().toBuffer()).subarray(0, 12), /begins as PNG, but is/],
  ])('%s', async (_, make, message) => {
    const path = join(folder, 'bad.png');
    await writeFile(path, await make());
    await expect(decodes(path)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA', location: { file: path } });
    await expect(decodeImage(path, named('row 3'))).rejects.toThrow(message);
    await expect(decodeImage(path, named('row 3'))).rejects.toThrow('"row 3"');
  });

  const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length >> 1);

  it('what is no source at all, text that is decoded, and rasters that contradict themselves', async () => {
    const raster: Raster = { width, height, channels: 3, data: pixels(3) };
    for (const source of [
      null,
      7,
      { width: 3 },
      { text: 'x' },
      { ...raster, width: 8 },
      { ...raster, channels: 5 },
      { ...raster, height: 0.5 },
      { ...raster, data: [...raster.data] },
      { ...raster, data: undefined },
    ]) {
      await expect(decodes(source as Source)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
    }
  });

  it('a picture of 900 megapixels, without decoding it', async () => {
    const side = 30_000;
    const bomb = rawPng(side, side, deflateSync(new Uint8Array(1000)));
    const before = process.memoryUsage().rss;
    await expect(decodeImage(bomb, named('bomb.png'))).rejects.toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
      message: '"bomb.png" is a picture of 30000×30000, 900 megapixels; the limit is 100 megapixels',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('what is beyond the limit that it was given', async () => {
    const bytes = await picture(3).png().toBuffer();
    await expect(decodeImage(bytes, undefined, { maxPixels: 34 })).rejects.toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
    });
    expect(await decodeImage(bytes, undefined, { maxPixels: 35 })).toMatchObject({ width });
    const raster: Raster = { width, height, channels: 3, data: pixels(3) };
    await expect(decodeImage(raster, undefined, { maxPixels: 34 })).rejects.toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
    });
    await expect(decodeImage(new Uint8Array(2 ** 26 + 100), undefined, { maxPixels: 1 })).rejects.toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
    });
  });

  it('to go on after an abort', async () => {
    const bytes = await picture(3).png().toBuffer();
    for (const source of [bytes, join(folder, 'a b.png'), 'http://127.0.0.1:1/']) {
      await expect(decodeImage(source, { read: readAddress, signal: AbortSignal.abort() })).rejects.toMatchObject({
        name: 'AbortError',
      });
    }
  });
});

/** A PNG of one IDAT chunk, whatever its header claims. RGB, 8 bits. */
function rawPng(pngWidth: number, pngHeight: number, idat: Uint8Array): Uint8Array {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const result = Buffer.alloc(body.length + 8);
    result.writeUInt32BE(data.length);
    body.copy(result, 4);
    result.writeUInt32BE(crc32(body), body.length + 4);
    return result;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pngWidth, 0);
  header.writeUInt32BE(pngHeight, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from(idat)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
