import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, type Raster, toRgb } from './index.js';
import { gifOnCanvas, linearGreyProfile, pngWithProfile, tiff } from './testing/pictures.js';

const decodes = (bytes: Uint8Array): Promise<Raster> => decodeImage(bytes);

const plain = (red: number, green: number, blue: number, side = 8): Sharp =>
  sharp({ create: { width: side, height: side, channels: 3, background: { r: red, g: green, b: blue } } });

async function profileOf(name: 'srgb' | 'p3'): Promise<Uint8Array> {
  const { icc } = await sharp(await plain(9, 9, 9).withIccProfile(name).png().toBuffer()).metadata();
  return icc as Uint8Array;
}

const rgb16: Raster = {
  width: 4,
  height: 1,
  channels: 3,
  data: Uint16Array.of(65535, 0, 0, 0, 65535, 0, 0, 0, 65535, 30_000, 40_000, 50_000),
};

function nearly(actual: Raster['data'], expected: ArrayLike<number>, tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) =>
    expect(Math.abs(value - (expected[index] as number))).toBeLessThanOrEqual(tolerance),
  );
}

describe('16 bits and a profile', () => {
  it('of sRGB keep the colours', async () => {
    const { data, channels } = await decodes(await pngWithProfile(rgb16, await profileOf('srgb')));
    expect([channels, data.constructor]).toEqual([3, Uint16Array]);
    // A third of a step of 8 bits.
    nearly(data, rgb16.data, 90);
    expect(toRgb({ ...rgb16, data }).data.slice(0, 9)).toEqual(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255));
  });

  it('of another space become sRGB, as with 8 bits', async () => {
    const colours = [40, 200, 40, 180, 90, 60, 12, 34, 56, 222, 220, 150];
    const profile = await profileOf('p3');
    const deep = { ...rgb16, data: Uint16Array.from(colours, (value) => value * 257) };
    const flat = { ...rgb16, data: Uint8Array.from(colours) };
    const [sixteen, eight] = [
      await decodes(await pngWithProfile(deep, profile)),
      await decodes(await pngWithProfile(flat, profile)),
    ];
    nearly(toRgb(sixteen).data, eight.data, 1);
    expect(eight.data).not.toEqual(flat.data);
  });

  it('of grey become the grey of sRGB, with alpha and without', async () => {
    // IEC 61966-2-1: what is linear in light, coded.
    const coded = (linear: number): number =>
      65535 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055);
    const values = [0, 4112, 16_448, 32_896, 49_344, 65_535];
    const expected = values.map((value) => coded(value / 65535));
    const grey: Raster = { width: 6, height: 1, channels: 1, data: Uint16Array.from(values) };
    const decoded = await decodes(await pngWithProfile(grey, linearGreyProfile()));
    expect(decoded).toMatchObject({ channels: 1, width: 6 });
    nearly(decoded.data, expected, 60);
    const withAlpha = {
      ...grey,
      channels: 2,
      data: Uint16Array.from(values.flatMap((value) => [value, 50_000])),
    } as const;
    const translucent = await decodes(await pngWithProfile(withAlpha, linearGreyProfile()));
    nearly(
      translucent.data,
      expected.flatMap((value) => [value, 50_000]),
      60,
    );
  });

  it('that does not fit leave the values alone', async () => {
    expect((await decodes(await pngWithProfile(rgb16, linearGreyProfile()))).data).toEqual(rgb16.data);
    const grey: Raster = { width: 3, height: 1, channels: 1, data: Uint16Array.of(0, 40_000, 65_535) };
    expect((await decodes(await pngWithProfile(grey, await profileOf('srgb')))).data).toEqual(grey.data);
  });
});

describe('a TIFF', () => {
  const ramp = Array.from({ length: 12 }, (_, index) => index / 11);
  const size = { width: 6, height: 2, channels: 1, photometric: 1 } as const;

  it('of 8 and 16 bits is read', async () => {
    const eight = Uint8Array.from(ramp, (value) => value * 255);
    expect(await decodes(tiff({ ...size, data: eight }))).toEqual({ width: 6, height: 2, channels: 1, data: eight });
    const sixteen = Uint16Array.from(ramp, (value) => value * 65535);
    expect((await decodes(tiff({ ...size, data: sixteen }))).data).toEqual(sixteen);
  });

  it.each([
    ['32 bits', { data: Uint32Array.from(ramp, (value) => value * 0xffffffff) }, /whole numbers of 32 bits/],
    ['floating-point numbers', { data: Float32Array.from(ramp), sampleFormat: 3 }, /are floating-point numbers/],
    ['numbers with a sign', { data: Int16Array.from(ramp, (v) => v * 32767), sampleFormat: 2 }, /with a sign/],
    [
      'six channels',
      { width: 1, channels: 6, photometric: 2, data: new Uint8Array(12).fill(9), extraSamples: [0, 0, 0] },
      /has 6 channels/,
    ],
    [
      'two alphas',
      { width: 1, channels: 5, photometric: 2, data: new Uint8Array(10).fill(9), extraSamples: [2, 2] },
      /has 5 channels/,
    ],
  ])('of %s is refused as what it is, not as damaged', async (_, options, message) => {
    const failure = decodes(tiff({ ...size, ...options }));
    await expect(failure).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      hint: expect.stringContaining('8 or 16 bits') as string,
    });
    await expect(failure).rejects.toThrow(/is a TIFF of a kind that cannot be decoded/);
    await expect(failure).rejects.toThrow(message);
  });

  it('of L*a*b* that the decoder cannot read is not called damaged', async () => {
    const failure = decodes(
      tiff({ ...size, width: 1, height: 2, channels: 3, photometric: 8, data: new Uint8Array(6) }),
    );
    await expect(failure).rejects.toThrow(/is a TIFF of a kind that cannot be decoded/);
  });
});

describe('what a file is', () => {
  const ftyp = (major: string, ...brands: string[]): Uint8Array => {
    const box = Buffer.concat([Buffer.from(`....ftyp${major}....`), ...brands.map((brand) => Buffer.from(brand))]);
    box.writeUInt32BE(box.length);
    return Buffer.concat([box, Buffer.alloc(40)]);
  };

  it.each([
    ['heic', ftyp('heic', 'mif1', 'heic')],
    ['mif1, compatible with heic', ftyp('mif1', 'mif1', 'heic', 'miaf')],
    ['hevx', ftyp('hevx')],
  ])('says its content: HEIC by the brand %s, with what to do', async (_, bytes) => {
    await expect(decodes(bytes)).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: '"bytes in memory" is a HEIC picture, which cannot be decoded here',
      hint: expect.stringContaining('Save it as JPEG') as string,
    });
  });

  it('says its brands: AVIF, also as mif1; a video', async () => {
    for (const bytes of [ftyp('avif', 'mif1'), ftyp('mif1', 'mif1', 'avif')]) {
      await expect(decodes(bytes)).rejects.toThrow(/begins as AVIF, but is damaged or cut/);
    }
    await expect(decodes(ftyp('isom', 'mp42'))).rejects.toThrow(/looks like an MP4 video/);
  });

  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';

  it.each([`<!--ftypavif-->${drawing}`, `<!-- WEBP -->${drawing}`, `BM<!---->${drawing}`, `GIF8${drawing}`, drawing])(
    'is never a drawing: %s',
    async (text) => {
      await expect(decodes(Buffer.from(text))).rejects.toThrow(/is not a picture that can be decoded/);
    },
  );
});

describe('a GIF whose first frame leaves some of its canvas open', () => {
  it('is transparent there', async () => {
    const gif = gifOnCanvas(await plain(200, 40, 90, 4).gif().toBuffer(), [7, 6], [2, 1]);
    const { width, height, channels, data } = await decodes(gif);
    expect([width, height, channels]).toEqual([7, 6, 4]);
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 7; x++) {
        const inside = x >= 2 && x < 6 && y >= 1 && y < 5;
        expect(data[(y * 7 + x) * 4 + 3]).toBe(inside ? 255 : 0);
      }
    }
  });
});

describe('a JPEG', () => {
  const photo = (): Sharp =>
    sharp({
      create: {
        width: 96,
        height: 96,
        channels: 3,
        background: 'red',
        noise: { type: 'gaussian', mean: 128, sigma: 50 },
      },
    });
  const segment = (bytes: Uint8Array): number => Buffer.from(bytes).indexOf(Buffer.of(0xff, 0xda));

  it('of which the decoder had to make up pixels is refused', async () => {
    const bytes = Buffer.from(await photo().jpeg({ quality: 80 }).toBuffer());
    // Without a part of the scan: its last blocks have no data, and the mark at the end is there.
    const from = segment(bytes) + 1000;
    const cut = Buffer.concat([bytes.subarray(0, from), bytes.subarray(bytes.length - 2)]);
    await expect(decodes(cut)).rejects.toThrow(/begins as JPEG, but is damaged or cut/);
    const needs = { width: 8, height: 8, fit: 'squeeze' } as const;
    await expect(decodeImage(cut, undefined, { needs })).rejects.toThrow(/damaged or cut/);
  });

  it('with odd bytes in its header, or behind its end, is read', async () => {
    const bytes = await photo().jpeg().toBuffer();
    const expected = await decodes(bytes);
    // Behind the first segment, JFIF's.
    const end = 4 + bytes.readUInt16BE(4);
    const before = Buffer.concat([bytes.subarray(0, end), Buffer.of(0, 0), bytes.subarray(end)]);
    expect(await decodes(before)).toEqual(expected);
    expect(await decodes(Buffer.concat([bytes, Buffer.alloc(99, 7)]))).toEqual(expected);
  });
});
