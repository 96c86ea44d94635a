import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { required } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { encodePng } from '@sensorium/media';

const colours = ['red', 'green', 'blue'] as const;

export interface NoisePictures {
  readonly count: number;
  /** Pixels of a side. */
  readonly size: number;
  readonly seed: number;
}

/** Writes `train.csv`: pictures of noise with one strong channel, the question which it is, and the answer. */
export async function writeNoisePictures(folder: string, { count, size, seed }: NoisePictures): Promise<void> {
  const random = createRandom(seed);
  await mkdir(join(folder, 'pictures'));
  const lines = ['picture,question,answer'];
  for (let index = 0; index < count; index++) {
    const channel = index % 3;
    const data = random
      .bytes(size * size * 3)
      .map((value, at) => (at % 3 === channel ? 128 + (value >> 1) : value >> 1));
    const file = `pictures/${index}.png`;
    await writeFile(join(folder, file), await encodePng({ width: size, height: size, channels: 3, data }));
    lines.push(`${file},what colour is it?,${required(colours[channel], 'a colour')}`);
  }
  await writeFile(join(folder, 'train.csv'), `${lines.join('\n')}\n`);
}
