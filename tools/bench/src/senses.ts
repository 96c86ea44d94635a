import { join } from 'node:path';
import { required, type Plugin, type Scores } from '@sensorium/contracts';
import { createRandom, openTable } from '@sensorium/data';
import { audio } from '@sensorium/encoder-audio';
import { depth } from '@sensorium/encoder-depth';
import { image } from '@sensorium/encoder-image';
import { motion } from '@sensorium/encoder-motion';
import { table } from '@sensorium/encoder-table';
import { text } from '@sensorium/encoder-text';
import { thermal } from '@sensorium/encoder-thermal';
import { video } from '@sensorium/encoder-video';
import { attention } from '@sensorium/fusion-attention';
import { classification } from '@sensorium/head-classification';
import { generateScene } from '@sensorium/starter';
import { samples, writeSenses } from '@sensorium/starter/tables';
import { evaluate, train } from '@sensorium/trainer';
import { percent } from './metric.js';
import { inScratch } from './scratch.js';
import type { Workload } from './workload.js';

const plugins: readonly Plugin[] = [
  ...[image, video, depth, thermal, audio, motion, text, table],
  attention,
  classification,
];
const test = 1000;
/** Columns of each input of the sample's manifest. */
const inputs: Readonly<Record<string, readonly string[]>> = {
  image: ['image'],
  sketch: ['sketch'],
  film: ['film'],
  depth: ['depth'],
  heat: ['heat'],
  sound: ['sound'],
  sensor: ['sensor'],
  text: ['en'],
  facts: ['background', 'objects', 'weight', 'widest', 'moves'],
};
const files = ['image', 'sketch', 'film', 'depth', 'heat', 'sound', 'sensor'];
const heads = ['shape', 'material', 'movement'] as const;

/**
 * The sample `senses`, as its manifest says: how many of held-out scenes are rightly told, with every sense, with each one missing in
 * turn, and with each one alone.
 */
export const senses: Workload = {
  description: `one object for every sense: shape, material and movement of ${test} held-out scenes, cpu`,
  async run({ seed }) {
    return inScratch('senses', async (folder) => {
      const model = join(folder, 'model');
      const { manifest } = await required(samples['senses'], 'the sample').write(folder);
      const { metrics } = await train(join(folder, manifest), { out: model, plugins });
      const rows = await heldOut(join(folder, 'more'), seed);
      const told = async (isThere: (input: string) => boolean) => {
        const { scores } = await evaluate(model, { data: rows.map((row) => without(row, isThere)), plugins });
        return heads.map((head) => accuracyOf(required(scores[head], head)));
      };
      const all = await told(() => true);
      const found: Record<string, { missing: readonly number[]; alone: readonly number[] }> = {};
      for (const input of Object.keys(inputs)) {
        found[input] = { missing: await told((name) => name !== input), alone: await told((name) => name === input) };
      }
      return {
        table: [
          ['', ...heads, ...heads],
          ['all senses', ...all.map(percent)],
          ...Object.entries(found).map(([input, { missing, alone }]) => [
            `without and only ${input}`,
            ...[...missing, ...alone].map(percent),
          ]),
        ],
        result: { heads, test, all, found, seconds: metrics.seconds },
      };
    });
  },
};

type Row = Readonly<Record<string, unknown>>;

/** Scenes that the sample has not, files by their whole paths. */
async function heldOut(folder: string, seed: number): Promise<Row[]> {
  const scenes = Array.from({ length: test }, (_, row) =>
    generateScene(createRandom(seed, `held out ${row}`), { objects: 1 }),
  );
  await writeSenses(folder, 'test', scenes);
  const { rows } = await openTable(join(folder, 'test.csv'));
  return rows.map(({ values }) => ({
    ...values,
    ...Object.fromEntries(files.map((file) => [file, join(folder, values[file] as string)])),
  }));
}

const without = (row: Row, isThere: (input: string) => boolean): Row => {
  const gone = Object.keys(inputs)
    .filter((input) => !isThere(input))
    .flatMap((input) => inputs[input] ?? []);
  return { ...row, ...Object.fromEntries(gone.map((column) => [column, null])) };
};

const accuracyOf = ({ metrics }: Scores): number => required(metrics['accuracy'], 'accuracy').value;
