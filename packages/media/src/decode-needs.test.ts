import type { IO } from '@sensorium/contracts';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, fit, type FitMode, type PictureNeeds, type Raster, readAddress, toRgb } from './index.js';

const io: IO = { read: readAddress };
const decodes = (bytes: Uint8Array, needs?: PictureNeeds): Promise<Raster> => decodeImage(bytes, io, { needs });

/** A scene with edges, ramps, fine patterns and noise. [height,width,3] */
function scene(width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * 3);
  let noise = 1;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      noise = (noise * 1_103_515_245 + 12_345) % 2_147_483_648;
      const [u, v] = [x / width, y / height];
      const isInside = (u - 0.4) ** 2 + (v - 0.5) ** 2 < 0.06;
      const fine = 40 * Math.sin(x * 0.7) * Math.cos(y * 0.45);
      const grain = (noise / 2_147_483_648 - 0.5) * 30;
      data[at++] = 120 + 100 * Math.sin(7 * u) + grain;
      data[at++] = isInside ? 230 + grain : 60 + 80 * v + fine;
      data[at++] = 255 * u * (isInside ? 0.2 : 1) + grain;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const modes: readonly FitMode[] = ['squeeze', 'contain', 'cover'];

/** As an encoder prepares it. */
const prepared = (raster: Raster, { width, height, fit: mode }: PictureNeeds): Raster['data'] =>
  fit(toRgb(raster), width, height, mode).data;

function differences(a: Raster['data'], b: Raster['data']): { mean: number; most: number } {
  expect(a.length).toBe(b.length);
  let [sum, most] = [0, 0];
  a.forEach((value, index) => {
    const difference = Math.abs(value - (b[index] as number));
    sum += difference;
    most = Math.max(most, difference);
  });
  return { mean: sum / a.length, most };
}

describe('a picture that is needed in a size', () => {
  it.each(modes)('comes in it, with the same numbers as resampled by whoever needs it: %s', async (mode) => {
    for (const channels of [1, 3] as const) {
      const picture = scene(90, 60);
      const bytes = await (channels === 1 ? picture.toColourspace('b-w') : picture).png().toBuffer();
      for (const [width, height] of [
        [32, 32],
        [20, 48],
        [100, 80],
      ] as const) {
        const needs = { width, height, fit: mode };
        const [needed, whole] = [await decodes(bytes, needs), await decodes(bytes)];
        expect(needed).toMatchObject({ channels, original: { width: 90, height: 60 } });
        expect(needed.width * needed.height).toBeLessThanOrEqual(width * height);
        expect(prepared(needed, needs)).toEqual(prepared(whole, needs));
        expect(await decodeImage(whole, io, { needs })).toEqual(needed);
      }
    }
  });

  it('differs by rounding where it is transparent', async () => {
    const alpha = Uint8Array.from({ length: 90 * 60 }, (_, index) => (index * 7) % 256);
    const bytes = await scene(90, 60)
      .joinChannel(Buffer.from(alpha), { raw: { width: 90, height: 60, channels: 1 } })
      .png()
      .toBuffer();
    const needs = { width: 24, height: 24, fit: 'contain' } as const;
    expect(differences(prepared(await decodes(bytes, needs), needs), prepared(await decodes(bytes), needs)).most).toBe(
      1,
    );
  });

  it('is the whole picture where nobody says a size', async () => {
    const whole = await decodes(await scene(90, 60).png().toBuffer());
    expect(whole).not.toHaveProperty('original');
    expect([whole.width, whole.height]).toEqual([90, 60]);
  });
});

describe('a large picture', () => {
  const [width, height] = [2400, 1800];
  const files: Record<string, Buffer> = {};
  beforeAll(async () => {
    const raw = await scene(width, height).raw().toBuffer();
    const picture = (): Sharp => sharp(raw, { raw: { width, height, channels: 3 } });
    files['JPEG'] = await picture().jpeg({ quality: 92 }).toBuffer();
    files['JPEG, turned'] = await picture().withMetadata({ orientation: 6 }).jpeg({ quality: 92 }).toBuffer();
    files['PNG'] = await picture().png({ compressionLevel: 1 }).toBuffer();
    files['PNG of 16 bits'] = await picture().toColourspace('rgb16').png({ compressionLevel: 1 }).toBuffer();
    files['WebP'] = await picture().webp({ quality: 90, effort: 0 }).toBuffer();
  }, 60_000);

  it.each(['JPEG', 'JPEG, turned', 'PNG', 'PNG of 16 bits', 'WebP'])(
    'that its decoder reduces is nearly what it would be without: %s',
    async (kind) => {
      const bytes = files[kind] as Buffer;
      const whole = await decodes(bytes);
      for (const needs of [
        { width: 128, height: 128, fit: 'squeeze' },
        { width: 224, height: 160, fit: 'contain' },
        { width: 96, height: 128, fit: 'cover' },
      ] as const) {
        const needed = await decodes(bytes, needs);
        expect(needed.original).toEqual({ width: whole.width, height: whole.height });
        const { mean, most } = differences(prepared(needed, needs), prepared(whole, needs));
        expect(mean, needs.fit).toBeLessThan(0.75);
        expect(most, needs.fit).toBeLessThanOrEqual(8);
      }
    },
    60_000,
  );
});
