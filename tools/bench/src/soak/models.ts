import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { required, type Plugin } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { attention } from '@sensorium/fusion-attention';
import { classification } from '@sensorium/head-classification';
import { regression } from '@sensorium/head-regression';
import { encodePng } from '@sensorium/media';
import { loadPipeline, type LoadOptions, type Pipeline } from '@sensorium/orchestrator';
import { starterModel, starterPackage } from '@sensorium/starter';
import { train } from '@sensorium/trainer';

export const modelNames = ['starter', 'colours'] as const;

export type Models = Readonly<Record<(typeof modelNames)[number], Pipeline>>;

const plugins: readonly Plugin[] = [image, text, attention, classification, regression];

const colours = ['red', 'green', 'blue'] as const;

/** The embedded model, and one of two answers that is trained for a moment, as a server would load them. */
export async function loadModels(folder: string, seed: number): Promise<Models> {
  const options: LoadOptions = {
    session: { isolate: true, threads: 1 },
    access: { folders: [folder] },
    limits: { seconds: 30, pixels: 10e6 },
  };
  const starter = await loadPipeline(starterModel, { ...options, from: [starterPackage] });
  const own = await trainColours(folder, seed);
  return { starter, colours: await loadPipeline(own, { ...options, plugins }) };
}

/** A picture and a note that may be missing → a colour and a number. */
async function trainColours(folder: string, seed: number): Promise<string> {
  const random = createRandom(seed, 'colours');
  await mkdir(join(folder, 'colours'));
  const rows: object[] = [];
  for (let index = 0; index < 48; index++) {
    const channel = index % colours.length;
    const data = random.bytes(16 * 16 * 3).map((value, at) => (at % 3 === channel ? 128 + (value >> 1) : value >> 1));
    const picture = join(folder, 'colours', `${index}.png`);
    await writeFile(picture, await encodePng({ width: 16, height: 16, channels: 3, data }));
    const colour = required(colours[channel], 'a colour');
    rows.push({ picture, note: `number ${index % 8} of them`, colour, amount: index % 8 });
  }
  const out = join(folder, 'model');
  const manifest = {
    sensorium: 1 as const,
    inputs: {
      picture: { encoder: 'image', size: 16, dim: 16, channels: 8 },
      note: { encoder: 'text', dim: 16, heads: 2, missing: 'learned' as const },
    },
    fusion: { use: 'attention', dim: 16, heads: 2, layers: 1 },
    heads: { colour: 'classification', amount: 'regression' },
    training: { epochs: 2, batchSize: 8, seed },
  };
  await train(manifest, { rows, out, from: [], plugins });
  return out;
}
