import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTable } from '@sensorium/data';
import { decodeImage } from '@sensorium/media';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderScene, sceneCaptions, sceneExamples } from '../index.js';
import {
  annotations,
  samples,
  writeAnnotatedTable,
  writeCaptionTable,
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
    expect({ ...first, image: join(out, String(first?.['image'])) }).toEqual({ ...example.inputs, ...example.answers });
    await decodeImage(String(example.inputs['image']));
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
    expect(new Set(train?.map(({ answer }) => answer))).toEqual(new Set(test?.map(({ answer }) => answer)));
  });

  it(
    'is the same every time',
    async () => {
      const again = join(folder, 'again');
      await sample.write(again);
      const files = await readdir(out, { recursive: true, withFileTypes: true });
      const paths = files.filter((file) => file.isFile()).map(({ parentPath, name: file }) => join(parentPath, file));
      for (const path of paths) expect(await readFile(path.replace(out, again))).toEqual(await readFile(path));
    },
    LONG,
  );

  it('can be stopped', async () => {
    const controller = new AbortController();
    const stop = ({ done }: { done: number }): void => {
      if (done === 5) controller.abort(new Error('stopped'));
    };
    const stopped = sample.write(join(folder, 'stopped'), { onProgress: stop, signal: controller.signal });
    await expect(stopped).rejects.toThrow('stopped');
  });
});
