import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@sensorium/data';
import sharp from 'sharp';

const width = 4000;
const height = 3000;
/** Of what a scene is made: colours that flow into each other, with edges of some pixels between. */
const coarse = { width: 160, height: 120, channels: 3 } as const;

/** Photographs of 12 megapixels as a phone makes them, 3 to 5 MB each: scenes with grain, as JPEG. @returns their paths */
export async function makePhotos(folder: string, count: number, seed: number): Promise<string[]> {
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const random = createRandom(seed, `photo/${index}`);
    const colours = random.bytes(coarse.width * coarse.height * coarse.channels);
    const photo = sharp(colours, { raw: coarse })
      .resize(width, height, { fit: 'fill', kernel: 'cubic' })
      .composite([
        { input: { create: { width, height, channels: 3, background: 'grey', noise } }, blend: 'soft-light' },
      ]);
    const path = join(folder, `${index}.jpg`);
    await writeFile(path, await photo.jpeg({ quality: 88 }).toBuffer());
    paths.push(path);
  }
  return paths;
}

const noise = { type: 'gaussian', mean: 128, sigma: 25 } as const;
