import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@sensorium/contracts';
import sharp from 'sharp';

/** The package's own dependencies, with their versions: plugins are found as those of any project. */
export const from = [new URL('../../package.json', import.meta.url)];

const colours = { red: [220, 30, 40], green: [30, 200, 50], blue: [40, 60, 230] } as const;
const names = Object.keys(colours) as (keyof typeof colours)[];

export interface Row {
  readonly image: string;
  readonly question: string;
  readonly answer: string;
}

/** A folder with tables about plain coloured squares, two questions about each picture. */
export interface Squares {
  readonly folder: string;
  readonly path: (name: string) => string;
  /** Small enough to learn in a second, of all parts that training knows. */
  readonly manifest: Manifest;
}

export async function makeSquares({ train = 72, test = 24 } = {}): Promise<Squares> {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-trainer-'));
  await mkdir(join(folder, 'squares'));
  await writeTable(folder, 'train.csv', await squareRows(folder, 'train', train));
  await writeTable(folder, 'test.csv', await squareRows(folder, 'test', test));
  const path = (name: string): string => join(folder, name);
  return { folder, path, manifest: squaresManifest(path('train.csv'), path('test.csv')) };
}

async function squareRows(folder: string, split: string, count: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (let index = 0; rows.length < count; index++) {
    const image = `squares/${split}-${index}.png`;
    const colour = names[index % 3] ?? 'red';
    await writeSquare(join(folder, image), colour, index);
    rows.push({ image, question: 'what colour is it?', answer: colour });
    const asked = names[Math.floor(index / 3) % 3] ?? 'red';
    rows.push({ image, question: `is it ${asked}?`, answer: asked === colour ? 'yes' : 'no' });
  }
  return rows.slice(0, count);
}

/** 16×16 pixels of nearly one colour; each index is another shade. */
export async function writeSquare(file: string, colour: keyof typeof colours, index = 0): Promise<void> {
  const [r, g, b] = colours[colour];
  const background = { r: r - (index % 20), g: g - ((index * 7) % 20), b: b - ((index * 3) % 20) };
  await sharp({ create: { width: 16, height: 16, channels: 3, background } })
    .png()
    .toFile(file);
}

export async function writeTable(folder: string, name: string, rows: readonly Row[]): Promise<string> {
  const lines = rows.map(({ image, question, answer }) => `${image},"${question}",${answer}`);
  const file = join(folder, name);
  await writeFile(file, ['image,question,answer', ...lines, ''].join('\n'));
  return file;
}

function squaresManifest(train: string, test: string): Manifest {
  return {
    sensorium: 1,
    name: 'squares',
    inputs: {
      image: { encoder: 'image', dim: 16, channels: 8, augment: { crop: 0.2, flip: 'both', colour: 0.1 } },
      question: { encoder: 'text', dim: 16, heads: 2, missing: 'learned' },
    },
    fusion: { use: 'attention', dim: 16, heads: 2, layers: 1, dropout: 0.1 },
    heads: { answer: 'classification' },
    training: { epochs: 4, batchSize: 3, learningRate: 4e-3, validation: 0.2, seed: 7 },
    data: { train, test },
  };
}
