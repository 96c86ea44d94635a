import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTable } from '@sensorium/data';
import { decodeImage, decodeSeries, decodeSound, readAddress } from '@sensorium/media';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import {
  captionIn,
  renderDepth,
  renderFilm,
  renderScene,
  renderSensor,
  renderSketch,
  renderThermal,
  sceneCaptions,
  sceneExamples,
  sceneSample,
  type Scene,
} from '../index.js';
import {
  annotations,
  samples,
  writeAnnotatedTable,
  writeCaptionTable,
  writeSenses,
  type Sample,
  type WrittenSample,
} from './index.js';

/** For a machine that has much else to do. */
const LONG = 300_000;

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-tables-'))));
afterAll(() => rm(folder, { recursive: true }));

const rowsOf = async (path: string): Promise<Readonly<Record<string, unknown>>[]> =>
  (await openTable(path)).rows.map(({ values }) => values);

describe('a table of scenes', () => {
  const options = { seed: 3, scenes: 4, mostObjects: 2, split: 'test' } as const;

  it('has a picture for each scene, and its questions with their answers', async () => {
    await writeAnnotatedTable(folder, { ...options, questionsPerScene: 3 });
    const examples = [...sceneExamples({ ...options, questionsPerScene: 3 })];
    expect(await rowsOf(join(folder, 'test.csv'))).toMatchObject(
      examples.map(({ question, answer }, index) => ({
        image: `test/${Math.floor(index / 3) + 1}.png`,
        question,
        answer,
      })),
    );
    expect((await readdir(join(folder, 'test'))).sort()).toEqual(['1.png', '2.png', '3.png', '4.png']);
    expect(await decodeImage(join(folder, 'test', '2.png'))).toEqual(renderScene(examples[3]!.scene, { size: 64 }));
  });

  it('tells what its questions are about, where it is annotated', async () => {
    const questions = { ...options, scenes: 40, questionsPerScene: 8 };
    await writeAnnotatedTable(folder, questions);
    const rows = await rowsOf(join(folder, 'test.csv'));
    const examples = [...sceneExamples(questions)];
    for (const [index, { about, kind, answer }] of examples.entries()) {
      const row = rows[index]!;
      expect(Object.keys(row)).toEqual(['image', 'question', 'answer', ...annotations]);
      expect([row['colour1'], row['shape2']]).toEqual([about[0]?.colour ?? 'none', about[1]?.shape ?? 'none']);
      expect(row['across'] === 'none').toBe(about[0] === undefined || about[1] === undefined);
      if (kind === 'position' && answer === 'left') expect(['left', 'middle']).toContain(row['column1']);
      if (row['across'] === 'left') expect(about[0]!.x).toBeLessThan(about[1]!.x);
      if (row['down'] === 'below') expect(about[0]!.y).toBeGreaterThan(about[1]!.y);
    }
    const said = (column: string) => new Set(rows.map((row) => row[column]));
    expect([said('across').size, said('down').size, said('column1').size]).toEqual([4, 4, 4]);
  });

  it('has captions, with commas in them', async () => {
    const three = { ...options, mostObjects: 3 };
    await writeCaptionTable(folder, three);
    const captions = [...sceneCaptions(three)].map(({ caption }) => caption);
    expect(captions.some((caption) => caption.includes(','))).toBe(true);
    expect((await rowsOf(join(folder, 'test.csv'))).map(({ caption }) => caption)).toEqual(captions);
  });
});

it('of every sense has a file that can be read for each, aligned with what is true', async () => {
  const scenes = Array.from({ length: 3 }, (_, seed) => sceneSample(seed).scene);
  const rows = await writeSenses(join(folder, 'senses'), 'test', scenes);
  expect(await rowsOf(join(folder, 'senses/test.csv'))).toEqual(rows);
  const [{ sketch, film, depth, heat, sound, sensor, de, shape }] = rows as [(typeof rows)[0]];
  const fileOf = (path: string): string => join(folder, 'senses', path);
  const [scene] = scenes as [Scene];
  expect(await decodeImage(fileOf(sketch))).toEqual(renderSketch(scene));
  expect(await decodeImage(fileOf(depth))).toEqual(renderDepth(scene));
  expect(await decodeImage(fileOf(heat))).toEqual(renderThermal(scene));
  const frames = await sharp(fileOf(film), { pages: -1 }).raw().toBuffer({ resolveWithObject: true });
  expect(frames.info).toMatchObject({ width: 64, height: 8 * 64, pages: 8 });
  const opaque = frames.data.subarray(0, 64 * 64 * 4).filter((_, index) => index % 4 < 3);
  expect([...opaque]).toEqual([...renderFilm(scene).frames[0]!.data]);
  const { rate, channels } = await decodeSound(fileOf(sound));
  expect([rate, channels.length, channels[0]!.length]).toEqual([8000, 2, 16_000]);
  const series = await decodeSeries(fileOf(sensor), { read: readAddress }, { gaps: false });
  expect([...series.values.subarray(0, 6)]).toEqual(
    [...renderSensor(scene).values.subarray(0, 6)].map((value): unknown => expect.closeTo(value, 3)),
  );
  expect([de, shape]).toEqual([captionIn.de(scene), scene.objects[0]!.shape]);
});

describe.each(Object.entries(samples))('the sample %s', (name, sample: Sample) => {
  let out: string;
  let written: WrittenSample;
  const heard: number[] = [];
  beforeAll(async () => {
    out = join(folder, name);
    written = await sample.write(out, { onProgress: ({ done, total }) => heard.push(done / total) });
  }, LONG);

  it('says what it wrote', async () => {
    const { manifest, tables, unseen, example } = written;
    expect(await readFile(join(out, manifest), 'utf8')).toMatch(/^#/);
    for (const { file, rows } of tables) expect(await rowsOf(join(out, file))).toHaveLength(rows);
    const [first] = await rowsOf(join(out, unseen));
    expect(first).toMatchObject(example.answers);
    for (const [input, value] of Object.entries(example.inputs)) {
      const cell = String(first?.[input]);
      expect([cell, join(out, cell)]).toContain(value);
      if (value !== cell) await access(value);
    }
    await decodeImage(join(out, String(first?.['image'])));
    expect(heard.at(-1)).toBe(1);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
  });

  it('asks nothing of the test in training, about no picture of it', async () => {
    const [train, test] = await Promise.all(written.tables.map(({ file }) => rowsOf(join(out, file))));
    const bytesOf = async (rows: typeof train): Promise<Set<string>> => {
      const files = [...new Set(rows?.map(({ image }) => join(out, String(image))))];
      return new Set(await Promise.all(files.map((file) => readFile(file, 'base64'))));
    };
    const seen = await bytesOf(train);
    for (const picture of await bytesOf(test)) expect(seen.has(picture)).toBe(false);
    for (const head of Object.keys(written.example.answers)) {
      expect(new Set(train?.map((row) => row[head]))).toEqual(new Set(test?.map((row) => row[head])));
    }
  });

  it('is the same every time, as far as it comes', async () => {
    const again = join(folder, 'again', name);
    const controller = new AbortController();
    const stop = ({ done }: { done: number }): void => {
      if (done === 60) controller.abort(new Error('enough'));
    };
    await expect(sample.write(again, { onProgress: stop, signal: controller.signal })).rejects.toThrow('enough');
    const files = await readdir(again, { recursive: true, withFileTypes: true });
    const paths = files.filter((file) => file.isFile()).map(({ parentPath, name: file }) => join(parentPath, file));
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) {
      expect((await readFile(path)).equals(await readFile(path.replace(again, out))), path).toBe(true);
    }
  });

  it('can be stopped', async () => {
    const controller = new AbortController();
    const stop = ({ done }: { done: number }): void => {
      if (done === 5) controller.abort(new Error('stopped'));
    };
    const stopped = sample.write(join(folder, 'stopped'), { onProgress: stop, signal: controller.signal });
    await expect(stopped).rejects.toThrow('stopped');
  });
});
