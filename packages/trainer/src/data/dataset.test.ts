import { writeFileSync } from 'node:fs';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Manifest, Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { attention } from '@sensorium/fusion-attention';
import { classification } from '@sensorium/head-classification';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Cache } from './cache.js';
import { Dataset } from './dataset.js';
import { epochChunks, type Chunk } from '../run/feed.js';
import { train, type Progress } from '../index.js';
import { nodeHost } from '../node-host.js';
import { firstCourse } from '../plan/course.js';
import { setUp } from '../plan/set-up.js';
import { modelProgram } from '../plan/program.js';
import { from, makeSquares, writeSquare, type Squares } from '../testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares({ train: 60, test: 12 });
});
afterAll(() => rm(squares.folder, { recursive: true }));
beforeEach(() => {
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});

async function openDataset(manifest: Manifest = squares.manifest) {
  const prepared = await setUp(nodeHost, manifest, { from });
  const { columns, tables, cache } = prepared;
  const dataset = await Dataset.open(tables.train, columns, { cache: new Cache(cache) });
  return { ...prepared, dataset };
}

const withInput = (name: string, options: object): Manifest => {
  const given = squares.manifest.inputs[name];
  const inputs = { ...squares.manifest.inputs, [name]: { ...(given as object), ...options } };
  return { ...squares.manifest, inputs } as Manifest;
};

describe('prepared tensors', () => {
  const picture = (): string => squares.path('squares/train-4.png');
  const sized = (): Manifest => ({ ...withInput('image', { size: 16 }), training: { epochs: 1, seed: 3 } });
  beforeEach(() => {
    process.env['SENSORIUM_CACHE'] = squares.path('cache-of-prepared');
  });
  afterEach(async () => {
    await writeSquare(picture(), 'green', 4);
    await rm(squares.path('cache-of-prepared'), { recursive: true });
  });

  it('are kept: a second training reads no picture, until one has changed', async () => {
    await utimes(picture(), 1_700_000_000, 1_700_000_000);
    const phasesOf = async (out: string): Promise<Set<string>> => {
      const phases = new Set<string>();
      await train(sized(), { out: squares.path(out), from, onProgress: ({ phase }) => phases.add(phase) });
      return phases;
    };
    expect(await phasesOf('one')).toContain('prepare');
    expect(await phasesOf('two')).not.toContain('prepare');
    const [one, two] = await Promise.all(['one', 'two'].map((name) => readFile(squares.path(`${name}/model.onnx`))));
    expect(one!.equals(two!)).toBe(true);

    // As large and as old as before.
    const { size } = await stat(picture());
    await writeFile(picture(), Buffer.alloc(size));
    await utimes(picture(), 1_700_000_000, 1_700_000_000);
    await expect(train(sized(), { out: squares.path('two'), overwrite: true, from })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      location: { file: squares.path('train.csv'), row: 9, line: 10, key: 'image' },
    });
    await writeSquare(picture(), 'blue', 4);
    const { dataset } = await openDataset(sized());
    const { image: pixels } = await dataset.read(Uint32Array.of(8));
    await dataset.dispose();
    expect([...pixels!.data.subarray(0, 3)]).toEqual([36, 52, 218]);
  });

  it('are of the very bytes that were hashed: a picture that is replaced in between ends the training', async () => {
    await writeSquare(squares.path('another.png'), 'blue', 4);
    const [old, another] = await Promise.all([readFile(picture()), readFile(squares.path('another.png'))]);
    let isReplaced = false;
    const replace = ({ phase, done, total }: Progress): void => {
      if (phase !== 'hash' || done !== total || isReplaced) return;
      isReplaced = true;
      writeFileSync(picture(), another);
    };
    const training = train(sized(), { out: squares.path('replaced'), from, onProgress: replace });
    await expect(training).rejects.toMatchObject({
      code: 'SENSORIUM_IO',
      message: '"squares/train-4.png" was changed while it was being prepared for training',
      location: { file: squares.path('train.csv'), row: 9, key: 'image' },
    });
    expect(isReplaced).toBe(true);
    await writeFile(picture(), old);
    const { dataset } = await openDataset(sized());
    const { image: pixels } = await dataset.read(Uint32Array.of(8));
    await dataset.dispose();
    expect([...pixels!.data.subarray(0, 3)]).toEqual([26, 192, 38]);
  });

  it('of a file that an URL names are made anew when it changes', async () => {
    const rows = ['green', 'blue'].map((answer) => ({
      image: pathToFileURL(squares.path(`${answer}.png`)),
      question: 'what colour is it?',
      answer,
    }));
    const pixelsOf = async (): Promise<number[]> => {
      const { columns, tables, cache } = await setUp(nodeHost, sized(), { from, rows });
      const dataset = await Dataset.open(tables.train, columns, { cache: new Cache(cache) });
      const { image: pixels } = await dataset.read(Uint32Array.of(0));
      await dataset.dispose();
      return Array.from(pixels!.data.subarray(0, 3), Number);
    };
    for (const { answer } of rows) await writeSquare(squares.path(`${answer}.png`), 'green');
    expect(await pixelsOf()).toEqual([30, 200, 50]);
    await writeSquare(squares.path('green.png'), 'red');
    expect(await pixelsOf()).toEqual([220, 30, 40]);
  });

  it('are not kept of a plugin without version, whose code may change', async () => {
    const plugins = [image, text, attention, classification];
    await train(sized(), { out: squares.path('one'), overwrite: true, from: [], plugins });
    expect(await readdir(squares.path('cache-of-prepared/prepared'))).toEqual([]);
  });
});

describe('what training reads', () => {
  const rows = Uint32Array.from({ length: 60 }, (_, row) => row);
  const random = createRandom(5, 'test');
  const stream = (position: number) => random.fork(String(position));
  const differing = (a: Tensor, b: Tensor): number => {
    const size = a.data.length / 60;
    return rows.filter((row) =>
      a.data
        .subarray(row * size, (row + 1) * size)
        .some((value: number | bigint, index: number) => value !== b.data[row * size + index]),
    ).length;
  };

  it('is augmented, each sample by its own stream; what validation reads is not', async () => {
    const { dataset } = await openDataset();
    const plain = await dataset.read(rows);
    const augmented = await dataset.read(rows, { randomOf: stream });
    expect(differing(augmented['image']!, plain['image']!)).toBeGreaterThan(55);
    expect(await dataset.read(rows)).toEqual(plain);
    expect(await dataset.read(rows, { randomOf: stream })).toEqual(augmented);
    const last = await dataset.read(rows.subarray(59), { randomOf: () => stream(59) });
    expect(last['image']!.data).toEqual(augmented['image']!.data.subarray(-768));
    await dataset.dispose();
  });

  it.each(['learned', 'skip'])('loses inputs at the rate of modalityDropout, with missing: %s', async (missing) => {
    const { dataset } = await openDataset(withInput('question', { missing, modalityDropout: 0.5, wordDropout: 0 }));
    const plain = await dataset.read(rows);
    const { question, 'question.present': present } = await dataset.read(rows, { randomOf: stream });
    await dataset.dispose();
    expect(Array.from(plain['question.present']!.data, Number)).toEqual(new Array(60).fill(1));
    const lost = [...rows].filter((row) => present!.data[row] === 0);
    expect(lost.length).toBeGreaterThan(15);
    expect(lost.length).toBeLessThan(45);
    const length = question!.shape[1]!;
    for (const row of rows) {
      const ids = question!.data.subarray(row * length, (row + 1) * length);
      const expected = plain['question']!.data.subarray(row * length, (row + 1) * length);
      expect(ids).toEqual(lost.includes(row) ? new Int32Array(length) : expected);
    }
  });

  it('does not depend on how an epoch is cut into chunks', async () => {
    const { dataset, manifest, parts } = await openDataset();
    const program = modelProgram({
      manifest,
      parts,
      size: { batchSize: 4, accumulate: 1, perEpoch: 15 },
      course: firstCourse(manifest.training, 15),
      start: {},
      features: null,
      loop: true,
      products: true,
    });
    const read = async (firstStep: number): Promise<Chunk[]> => {
      const chunks: Chunk[] = [];
      const options = {
        ...dataset.everything,
        program,
        size: { batchSize: 4, accumulate: 1, perEpoch: 15 },
        features: null,
        mix: null,
        blend: null,
        loop: true,
        epoch: 2,
        firstStep,
        random,
      };
      for await (const chunk of epochChunks(options)) chunks.push(chunk);
      return chunks;
    };
    const [whole, late] = [await read(0), await read(6)];
    expect([whole, late].map((chunks) => chunks.map(({ steps }) => steps))).toEqual([[15], [9]]);
    const { steps, inputs } = whole[0]!;
    expect(steps).toBe(15);
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(['image', 'target/answer/label', 'noise/0']));
    for (const [name, { data, shape }] of Object.entries(inputs)) {
      expect(late[0]!.inputs[name]!.data, name).toEqual(data.subarray((data.length / shape[0]!) * 6));
    }
    await dataset.dispose();
  });
});

describe('what the training table teaches', () => {
  it('is weights of the labels, where they are to be balanced', async () => {
    const heads = { answer: { use: 'classification', classWeights: 'balanced' } };
    const { manifest, tables } = await setUp(nodeHost, { ...squares.manifest, heads }, { from });
    const answers = tables.train.table.rows.map(({ values }) => values['answer'] as string);
    const expected = Object.fromEntries(
      [...new Set(answers)].map((label) => [label, 60 / (5 * answers.filter((other) => other === label).length)]),
    );
    expect(Object.keys(expected)).toHaveLength(5);
    expect(manifest.heads['answer']!.options['classWeights']).toEqual(expected);
  });

  it('is held out by pictures, so that none is on both sides', async () => {
    const { split, tables } = await setUp(nodeHost, squares.manifest, { from });
    const pictures = (rows: Uint32Array): Set<unknown> =>
      new Set(Array.from(rows, (row) => tables.train.table.rows[row]!.values['image']));
    expect(split.held).toHaveLength(12);
    expect(split.train).toHaveLength(48);
    expect(pictures(split.train).size + pictures(split.held).size).toBe(30);
  });

  it('is not held out where there is a table for validation', async () => {
    const data = { ...squares.manifest.data, validation: squares.path('test.csv') };
    const { metrics } = await train({ ...squares.manifest, data }, { out: squares.path('validated'), from });
    expect(metrics.rows).toEqual({ train: 60, validation: 12, test: 12 });
    expect(metrics.validation).toEqual(metrics.test);
  });
});
