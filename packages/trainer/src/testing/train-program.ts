// A training in a process of its own, which prints its progress: `node train-program.mjs MANIFEST OUT [--resume]`.
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { attention } from '@sensorium/fusion-attention';
import { classification } from '@sensorium/head-classification';
import { train, type Progress } from '../index.js';

const [manifest = '', out = '', resume] = process.argv.slice(2);
// Not awaited: parts of the bundle wait for this file to be evaluated.
void train(manifest, {
  out,
  resume: resume === '--resume',
  from: [],
  plugins: [image, text, attention, classification],
  onProgress: ({ phase, epoch = 0 }: Progress) => void process.stdout.write(`${phase} ${epoch}\n`),
});
