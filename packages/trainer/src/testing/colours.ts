// A training that runs alike in Node and on a page.
import type { Manifest, Plugin } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { attention } from '@sensorium/fusion-attention';
import { classification } from '@sensorium/head-classification';

export const plugins: readonly Plugin[] = [image, text, attention, classification];

export const manifest: Manifest = {
  sensorium: 1,
  name: 'colours',
  inputs: {
    image: { encoder: 'image', dim: 8, channels: 4, augment: { flip: 'both' } },
    question: { encoder: 'text', dim: 8, heads: 2, layers: 1, missing: 'learned' },
  },
  fusion: { use: 'attention', dim: 8, heads: 2, layers: 1 },
  heads: { answer: 'classification' },
  training: { epochs: 3, batchSize: 4, learningRate: 1e-2, validation: 0.25, seed: 3, balance: 'pareto' },
};

const colours = { red: [220, 30, 40], green: [30, 200, 50], blue: [40, 60, 230] } as const;

/** Rows about pictures of one colour each, decoded. */
export function colourRows(count: number): object[] {
  const names = Object.keys(colours) as (keyof typeof colours)[];
  return Array.from({ length: count }, (_, index) => {
    const answer = names[index % 3] ?? 'red';
    const pixels = Array.from({ length: 64 }, (_, pixel) =>
      colours[answer].map((value) => value - ((pixel + index) % 20)),
    );
    const data = Uint8Array.from(pixels.flat());
    return { image: { width: 8, height: 8, channels: 3, data }, question: 'what colour is it?', answer };
  });
}
