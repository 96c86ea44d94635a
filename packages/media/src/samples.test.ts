import { type IO, required } from '@sensorium/contracts';
import * as av from 'node-av';
import type { FFVideoEncoder } from 'node-av/constants';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { parseNpy, readAddress, readSamples, type Samples } from './index.js';
import { pngWith } from './testing/pictures.js';
import { bytesOf, exrFile, npyFile, pgmFile } from './testing/samples.js';

const io: IO = { read: readAddress };
const read = async (bytes: Uint8Array, own: IO = io): Promise<Samples> =>
  required(await readSamples(bytes, 'a file', own), 'samples');
const [width, height] = [37, 21];
const noise = (most: number): number[] =>
  Array.from({ length: width * height }, (_, index) => (index * 7919 + index ** 2 * 13) % (most + 1));
const slope = Array.from(
  { length: width * height },
  (_, index) => 3 * (index % width) + 40 * Math.floor(index / width),
);

describe('PNG', () => {
  const pngOf = (values: readonly number[], deep: boolean, adaptiveFiltering: boolean) => {
    const data = deep ? Uint16Array.from(values) : Uint8Array.from(values);
    return sharp(data, { raw: { width, height, channels: 1 } })
      .toColourspace(deep ? 'grey16' : 'b-w')
      .png({ adaptiveFiltering })
      .toBuffer();
  };

  it.each([
    ['16 bits', noise(65535), true],
    ['16 bits that change slowly, with every kind of filter', slope, true],
    ['8 bits', noise(255), false],
  ])('gives the samples as they are stored: %s', async (_, values, deep) => {
    for (const adaptive of [true, false]) {
      const { data, ...size } = await read(await pngOf(values, deep, adaptive));
      expect(size).toEqual({ width, height });
      expect(data).toBeInstanceOf(deep ? Uint16Array : Uint8Array);
      expect([...data]).toEqual(values);
    }
  });

  it('undoes each of the five filters', async () => {
    // Rows of two samples 16 bits each, of which the filters are 0 … 4, worked out by hand.
    const rows = [
      [0, 1, 2, 3, 4],
      [1, 10, 20, 1, 2],
      [2, 1, 1, 1, 1],
      [3, 6, 11, 2, 3],
      [4, 1, 1, 1, 1],
    ];
    const pixels = [
      [1, 2, 3, 4],
      [10, 20, 11, 22],
      [11, 21, 12, 23],
      [11, 21, 13, 25],
      [12, 22, 14, 26],
    ];
    const { deflateSync } = await import('node:zlib');
    const plain = await sharp(
      Uint16Array.from({ length: 10 }, () => 0),
      { raw: { width: 2, height: 5, channels: 1 } },
    )
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const at = plain.indexOf('IDAT');
    const packed = deflateSync(Uint8Array.from(rows.flat()));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(packed.length);
    const end = Buffer.from([0, 0, 0, 0, ...Buffer.from('IEND'), 0, 0, 0, 0]);
    const file = Buffer.concat([plain.subarray(0, at - 4), length, Buffer.from('IDAT'), packed, Buffer.alloc(4), end]);
    const expected = pixels.map((row) => [row[0]! * 256 + row[1]!, row[2]! * 256 + row[3]!]).flat();
    expect([...(await read(file)).data]).toEqual(expected);
  });

  it('applies no gamma', async () => {
    const raster = { width, height, channels: 1, data: Uint16Array.from(slope) } as const;
    expect([...(await read(await pngWith(raster, 'gAMA', Uint8Array.of(0, 1, 0x86, 0xa0)))).data]).toEqual(slope);
  });

  it('refuses what has no grey values, is damaged, cut or too large', async () => {
    const colours = await sharp(Buffer.alloc(75), { raw: { width: 5, height: 5, channels: 3 } })
      .png()
      .toBuffer();
    await expect(read(colours)).rejects.toThrow(/is a PNG of colours \(RGB\); expected grey values/);
    const png = await pngOf(noise(65535), true, true);
    await expect(read(png.subarray(0, png.length - 40))).rejects.toThrow(/begins as PNG, but is damaged or cut/);
    const wrong = Uint8Array.from(png, (byte, index) => (index === 100 ? byte ^ 0xff : byte));
    await expect(read(wrong)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
    const higher = Uint8Array.from(png, (byte, index) => (index === 23 ? height + 1 : byte));
    await expect(read(higher)).rejects.toThrow(/has 1575 of the 1650 bytes/);
    const lower = Uint8Array.from(png, (byte, index) => (index === 23 ? height - 1 : byte));
    await expect(read(lower)).rejects.toThrow(/more than the 1500 bytes/);
    await expect(read(png, { ...io, limits: { pixels: 700 } })).rejects.toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
    });
  });

  it('stops when it is told to', async () => {
    const png = await pngOf(noise(65535), true, true);
    await expect(read(png, { ...io, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('PGM', () => {
  it('gives 16 bits, the larger byte first, and 8', async () => {
    const values = noise(65535);
    const { data } = await read(pgmFile(width, height, values));
    expect([...data]).toEqual(values);
    const small = Buffer.from('P5\n# a comment\n2 2 # another\n255\nabcd');
    expect(await read(small)).toEqual({ width: 2, height: 2, data: Uint8Array.of(97, 98, 99, 100) });
  });

  it('refuses what is cut, or has no size', async () => {
    await expect(read(pgmFile(width, height, noise(9)).subarray(0, 500))).rejects.toThrow(/is cut: it has \d+ of 1554/);
    await expect(read(Buffer.from('P5 x'))).rejects.toThrow(/header is damaged or cut/);
    await expect(read(Buffer.from('P5 0 3 255\n'))).rejects.toThrow(/a PGM of 0×3/);
  });
});

describe('OpenEXR', () => {
  const values = Array.from({ length: width * height }, (_, index) => (index % 50 === 0 ? Infinity : index / 16));

  it.each([
    ['no compression', { compression: 0 }],
    ['ZIPS', { compression: 2 }],
    ['ZIP', { compression: 3 }],
    ['half floats', { compression: 3, type: 'half' }],
  ] as const)('gives the values: %s', async (_, options) => {
    const file = exrFile(width, height, { Z: values }, options);
    expect(await read(file)).toEqual({ width, height, data: Float32Array.from(values) });
  });

  it.each(['none', 'zip1', 'zip16'])('is read as FFmpeg writes it, with its compression %s', async (compression) => {
    const sizes = { width: 40, height: 37 };
    const written = Float32Array.from({ length: 40 * 37 }, (_, index) => index / 16);
    for (const format of ['half', 'float']) {
      const encoder = await av.Encoder.create('exr' as FFVideoEncoder, { options: { compression, format } });
      const timeBase = { num: 1, den: 1 };
      const frame = { ...sizes, format: av.AV_PIX_FMT_GRAYF32LE, pts: 0n, timeBase };
      const [packet] = [
        ...(await encoder.encodeAll(av.Frame.fromVideoBuffer(Buffer.from(written.buffer), frame))),
        ...(await encoder.encodeAll(null)),
      ];
      encoder.close();
      expect(await read(required(packet?.data, 'a packet'))).toEqual({ ...sizes, data: written });
    }
  });

  it('gives whole numbers', async () => {
    const { data } = await read(exrFile(width, height, { Z: noise(70000) }, { compression: 3, type: 'uint' }));
    expect([...data]).toEqual(noise(70000));
  });

  it('takes the channel that is called after depth, and else asks', async () => {
    const zeros = values.map(() => 0);
    const first = async (channels: Record<string, number[]>) =>
      (await read(exrFile(width, height, channels, { compression: 3 }))).data[1];
    expect(await first({ A: zeros, 'View.Depth.Z': values, R: zeros })).toBe(1 / 16);
    expect(await first({ A: zeros, B: zeros, G: zeros, R: values })).toBe(1 / 16);
    await expect(first({ A: zeros, B: zeros })).rejects.toThrow(/has the channels A, B; which one/);
  });

  it('refuses what it does not read, and what is cut', async () => {
    await expect(read(exrFile(width, height, { Z: values }, { compression: 4 }))).rejects.toThrow(
      /with the compression PIZ, which is not read/,
    );
    await expect(read(exrFile(width, height, { Z: values }, { compression: 0, flags: 0x200 }))).rejects.toThrow(
      /of tiles/,
    );
    const file = exrFile(width, height, { Z: values }, { compression: 3 });
    for (const end of [6, 60, 200, file.length - 5]) {
      await expect(read(file.subarray(0, end))).rejects.toThrow(/begins as OpenEXR, but is damaged or cut/);
    }
  });
});

describe('NPY', () => {
  it.each<[string, Uint8Array, (number | bigint)[]]>([
    ['<u2', bytesOf(Uint16Array.of(1, 2, 3, 40000, 5, 6)), [1, 2, 3, 40000, 5, 6]],
    ['>u2', Uint8Array.of(0, 1, 1, 0, 0, 2, 2, 0, 0, 3, 3, 0), [1, 256, 2, 512, 3, 768]],
    ['|u1', Uint8Array.of(1, 2, 3, 4, 5, 6), [1, 2, 3, 4, 5, 6]],
    ['<f4', bytesOf(Float32Array.of(0.5, NaN, -1, 2, 3, Infinity)), [0.5, NaN, -1, 2, 3, Infinity]],
    ['<f8', bytesOf(Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]],
    ['<f2', bytesOf(Uint16Array.of(0x3c00, 0x4000, 0xc000, 0x3800, 0, 0x7c00)), [1, 2, -2, 0.5, 0, Infinity]],
    ['<i8', bytesOf(BigInt64Array.of(1n, -2n, 3n, 4n, 5n, 6n)), [1n, -2n, 3n, 4n, 5n, 6n]],
    ['<i2', bytesOf(Int16Array.of(1, -2, 3, 4, 5, 6)), [1, -2, 3, 4, 5, 6]],
  ])('gives numbers of type %s', (type, bytes, expected) => {
    const { shape, data } = parseNpy(npyFile(type, [2, 3], bytes), 'an array');
    expect(shape).toEqual([2, 3]);
    expect([...data]).toEqual(expected);
  });

  it('brings Fortran’s order into rows', () => {
    const bytes = Uint8Array.of(1, 4, 2, 5, 3, 6);
    expect([...parseNpy(npyFile('|u1', [2, 3], bytes, true), 'an array').data]).toEqual([1, 2, 3, 4, 5, 6]);
    const cube = Uint8Array.from({ length: 24 }, (_, index) => index);
    const { data } = parseNpy(npyFile('|u1', [2, 3, 4], cube, true), 'an array');
    expect(data[1 * 12 + 2 * 4 + 3]).toBe(1 + 2 * 2 + 3 * 6);
  });

  it('is read as samples where it has two axes', async () => {
    const bytes = bytesOf(Float64Array.of(1, 2, 3, 4, 5, 6));
    for (const shape of [
      [2, 3],
      [1, 2, 3],
      [2, 3, 1],
    ]) {
      expect(await read(npyFile('<f8', shape, bytes))).toEqual({
        width: 3,
        height: 2,
        data: Float32Array.of(1, 2, 3, 4, 5, 6),
      });
    }
    await expect(read(npyFile('<f8', [6], bytes))).rejects.toThrow(/of shape \[6\]; expected \[height,width\]/);
    await expect(read(npyFile('<f8', [0, 3], new Uint8Array()))).rejects.toThrow(/no numbers/);
  });

  it('refuses what is cut, or no numbers', () => {
    const parse = (bytes: Uint8Array) => () => parseNpy(bytes, 'an array');
    const file = npyFile('<u2', [2, 3], new Uint8Array(12));
    expect(parse(file.subarray(0, file.length - 1))).toThrow(/it has 11 of 12 bytes/);
    expect(parse(file.subarray(0, 40))).toThrow(/expected one array of numbers/);
    expect(parse(npyFile('|O', [1], new Uint8Array(8)))).toThrow(/expected one array of numbers/);
    expect(parse(npyFile('<U3', [1], new Uint8Array(12)))).toThrow(/of type <U3; expected numbers/);
    expect(parse(Uint8Array.of(1, 2))).toThrow(/does not begin as one/);
  });
});

it('leaves other formats to others', async () => {
  expect(await readSamples(Uint8Array.of(0xff, 0xd8, 0xff), 'a file', io)).toBeUndefined();
});
