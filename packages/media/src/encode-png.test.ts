import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, encodePng, type Raster, toRgb } from './index.js';

const rasters: [string, Raster][] = ([1, 2, 3, 4] as const).flatMap((channels) =>
  ([8, 16] as const).map((bits): [string, Raster] => {
    const values = Array.from(
      { length: 13 * 6 * channels },
      (_, index) => (index * index * 97 + index * 31) % 2 ** bits,
    );
    const data = bits === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
    return [`${channels} channels, ${bits} bits`, { width: 13, height: 6, channels, data }];
  }),
);

describe('encodePng', () => {
  it.each(rasters)('%s, as sharp reads it', async (_, raster) => {
    const bytes = await encodePng(raster);
    const metadata = await sharp(bytes).metadata();
    expect(metadata).toMatchObject({ width: 13, height: 6, channels: raster.channels });
    expect(metadata.bitsPerSample).toBe(raster.data instanceof Uint16Array ? 16 : 8);
    expect(await decodeImage(bytes)).toEqual(raster);
  });

  it('makes a smooth picture small', async () => {
    const data = Uint8Array.from({ length: 256 * 256 * 3 }, (_, index) => ((index / 3) % 256) / 2 + index / 3 / 512);
    const bytes = await encodePng({ width: 256, height: 256, channels: 3, data });
    expect(bytes.length).toBeLessThan(data.length / 10);
  });

  it('refuses an invalid raster', async () => {
    const raster: Raster = { width: 2, height: 2, channels: 1, data: new Uint8Array(3) };
    await expect(encodePng(raster)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
  });
});

describe('toRgb', () => {
  const one = (channels: Raster['channels'], data: Raster['data']): Raster => ({
    width: data.length / channels,
    height: 1,
    channels,
    data,
  });

  it('repeats grey', () => {
    expect(toRgb(one(1, Uint8Array.of(7, 200)))).toEqual(one(3, Uint8Array.of(7, 7, 7, 200, 200, 200)));
  });

  it('lays transparency over white, or another colour', () => {
    const half = one(4, Uint8Array.of(100, 0, 200, 51));
    // 51/255 is a fifth.
    expect([...toRgb(half).data]).toEqual([224, 204, 244]);
    expect([...toRgb(half, [0, 50, 255]).data]).toEqual([20, 40, 244]);
    expect([...toRgb(one(2, Uint8Array.of(80, 0, 80, 255))).data]).toEqual([255, 255, 255, 80, 80, 80]);
  });

  it('rounds 16 bits to x/257', () => {
    const { data } = toRgb(one(3, Uint16Array.of(0, 128, 129, 65535, 65406, 65407)));
    expect([...data]).toEqual([0, 0, 1, 255, 254, 255]);
    // 0.2 of 257·100 over white
    expect([...toRgb(one(2, Uint16Array.of(25_700, 13_107))).data]).toEqual([224, 224, 224]);
  });

  it('gives a picture that is so already back', () => {
    const raster = one(3, Uint8Array.of(1, 2, 3));
    expect(toRgb(raster)).toBe(raster);
  });
});
