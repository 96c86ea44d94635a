import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@sensorium/data';
import { starterSamples } from '@sensorium/starter';
import sharp from 'sharp';

/** A question that the starter answers, and its picture in every form in which one may come. */
export interface Question {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly question: string;
}

export interface Media {
  readonly questions: readonly Question[];
  /** Of 6 megapixels, in each format. */
  readonly large: readonly Uint8Array[];
  /** Cut, with wrong checksums, no pictures at all. */
  readonly damaged: readonly Uint8Array[];
  /** Small files that would take much time or memory to decode. */
  readonly hostile: readonly Uint8Array[];
}

/** Pictures good and bad, in the folder from which they may be read. */
export async function makeMedia(folder: string, seed: number): Promise<Media> {
  const questions: Question[] = [];
  for (const { image, question } of await starterSamples()) {
    const file = join(folder, `${questions.length}.png`);
    await copyFile(fileURLToPath(image), file);
    questions.push({ file, question, bytes: new Uint8Array(await readFile(file)) });
  }
  const small = await photograph(120, 90, seed);
  const formats = [await small.clone().jpeg().toBuffer(), await small.clone().png().toBuffer()];
  return {
    questions,
    large: [new Uint8Array(await (await photograph(3000, 2000, seed)).jpeg().toBuffer())],
    damaged: formats.flatMap((bytes) => damagesOf(new Uint8Array(bytes), seed)),
    hostile: await hostilePictures(),
  };
}

/** A smooth ramp with noise, as photographs have it. */
async function photograph(width: number, height: number, seed: number) {
  const noise = createRandom(seed, 'noise').bytes(64 * 64 * 3);
  const tile = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer();
  const ramp = sharp({ create: { width, height, channels: 3, background: { r: 90, g: 140, b: 200 } } });
  return ramp.composite([{ input: tile, tile: true, blend: 'soft-light' }]);
}

function damagesOf(bytes: Uint8Array, seed: number): Uint8Array[] {
  const random = createRandom(seed, 'damage');
  const half = bytes.slice(0, bytes.length >> 1);
  const noise = Uint8Array.from(bytes);
  noise.set(random.bytes(bytes.length >> 2), bytes.length >> 1);
  return [half, bytes.slice(0, 20), noise, random.bytes(1000), new Uint8Array()];
}

async function hostilePictures(): Promise<Uint8Array[]> {
  const drawing =
    '<!--ftypavif--><svg xmlns="http://www.w3.org/2000/svg" width="9000" height="9000"><filter id="f"><feTurbulence numOctaves="99"/></filter><rect width="100%" height="100%" filter="url(#f)"/></svg>';
  const plain = sharp({ create: { width: 4096, height: 4096, channels: 3, background: 'red' } });
  const avif = await plain.clone().avif({ effort: 0 }).toBuffer();
  const png = await plain.clone().png({ compressionLevel: 9 }).toBuffer();
  return [new TextEncoder().encode(drawing), new Uint8Array(avif), new Uint8Array(png)];
}
