import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTable } from '@sensorium/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, sensorium as runIn, type Ended } from './testing/sensorium.js';

const samples = fileURLToPath(new URL('../../starter/samples', import.meta.url));

let folder: string;
const sensorium = (...args: string[]): Promise<Ended> => runIn(args, { cwd: folder });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-run-table-'));
  for (const name of ['scene-1.png', 'scene-2.png']) await copyFile(join(samples, name), join(folder, name));
  await writeFile(
    join(folder, 'questions.csv'),
    'id,image,question,answer\n007,scene-1.png,how many objects are there?,2\n008,absent.png,"what, then?",1\n009,scene-2.png,how many zorps are there?,3\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe('run on a table, into a table', () => {
  it('writes a table that has its columns, the answers beside them, and errors in their place', async () => {
    const { code, stdout } = await sensorium('run', 'starter', '--data', 'questions.csv', '--out', 'answers.csv');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^3 rows in [^]*row 2: /);
    const { columns, rows } = await openTable(join(folder, 'answers.csv'));
    const own = ['id', 'image', 'question', 'answer'];
    expect(columns).toEqual([...own, 'predicted.answer', 'predicted.answer.confidence', 'notes', 'error']);
    const given = await openTable(join(folder, 'questions.csv'));
    expect(rows.map(({ values }) => own.map((name) => values[name]))).toEqual(
      given.rows.map(({ values }) => own.map((name) => values[name])),
    );
    expect(rows[1]?.values).toMatchObject({
      'predicted.answer': null,
      error: expect.stringContaining('SENSORIUM_NOT_FOUND'),
    });
    expect(rows[2]?.values['notes']).toContain('zorps');
    const single = await sensorium(
      ...[
        'run',
        'starter',
        '--input',
        'image=scene-1.png',
        '--input',
        'question=how many objects are there?',
        '--json',
      ],
    );
    const { predictions } = JSON.parse(single.stdout) as {
      predictions: { answer: { text: string; confidence: number } };
    };
    expect(rows[0]?.values['predicted.answer']).toBe(predictions.answer.text);
    expect(Number(rows[0]?.values['predicted.answer.confidence'])).toBeCloseTo(predictions.answer.confidence, 4);
  });

  it('gives the probability of every label if all is asked for; they sum up to 1', async () => {
    await sensorium('run', 'starter', '--data', 'questions.csv', '--out', 'full.csv', '--full');
    const { columns, rows } = await openTable(join(folder, 'full.csv'));
    const labels = columns.filter((name) => name.startsWith('predicted.answer.probabilities.'));
    const { inputs, heads } = JSON.parse(
      await readFile(join(samples, '..', 'model', 'manifest.json'), 'utf8'),
    ) as Record<'inputs' | 'heads', Record<string, { options: { labels: string[] } }>>;
    expect(Object.keys(inputs)).toEqual(['image', 'question']);
    expect(labels).toHaveLength(heads['answer']!.options.labels.length);
    const sum = labels.reduce((total, name) => total + Number(rows[0]?.values[name]), 0);
    expect(sum).toBeCloseTo(1, 4);
  });

  it('takes a table from stdin, whose paths start in the working directory', async () => {
    const child = spawn(process.execPath, [bin, 'run', 'starter', '--data', '-', '--out', 'piped.jsonl'], {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end('{"image":"scene-1.png","question":"how many objects are there?"}\n');
    expect(await once(child, 'close')).toEqual([0, null]);
    const [line = ''] = (await readFile(join(folder, 'piped.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ row: 1, predictions: { answer: { confidence: expect.any(Number) } } });
  });

  it('names the kinds of tables where the ending is of another, and replaces none before it is asked', async () => {
    const { code, stderr } = await sensorium('run', 'starter', '--data', 'questions.csv', '--out', 'answers.xlsx');
    expect(code).toBe(1);
    expect(stderr).toContain('.csv, .tsv, .jsonl and .ndjson');
    await writeFile(join(folder, 'kept.csv'), 'old');
    const again = await sensorium('run', 'starter', '--data', 'questions.csv', '--out', 'kept.csv');
    expect(again.stderr).toMatch(/SENSORIUM_EXISTS[^]*--force/);
    expect(await readFile(join(folder, 'kept.csv'), 'utf8')).toBe('old');
  });
});

describe('run on a table, into JSON Lines', () => {
  it('answers every row in order, with files relative to the table', async () => {
    await mkdir(join(folder, 'elsewhere'));
    const rows = Array.from({ length: 40 }, (_, row) => `scene-${1 + (row % 2)}.png,how many objects are there?`);
    await writeFile(join(folder, 'many.csv'), ['image,question', ...rows, ''].join('\n'));
    const { code, stdout } = await runIn(
      ['run', 'starter', '--data', '../many.csv', '--out', 'answers.jsonl', '--json'],
      { cwd: join(folder, 'elsewhere') },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: rows.length, failed: 0, noted: 0 });
    const lines = await readLines('elsewhere/answers.jsonl');
    expect(lines.map(({ row }) => row)).toEqual(rows.map((_, index) => index + 1));
    const texts = lines.map(({ predictions }) => predictions?.answer.text);
    expect(texts).toEqual(rows.map((_, row) => texts[row % 2]));
  });

  it('goes on after a bad row, says so in its place, and ends with 1', async () => {
    await writeFile(join(folder, 'no-picture.png'), 'text');
    await writeFile(
      join(folder, 'mixed.csv'),
      'image,question\nscene-1.png,which?\nno-picture.png,which?\nabsent.png,which?\n,which?\nscene-2.png,what?\n',
    );
    const { code, stdout } = await sensorium('run', 'starter', '--data', 'mixed.csv', '--out', 'mixed.jsonl');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^5 rows[^]*3 rows without an answer:\n {2}row 2: /);
    const lines = await readLines('mixed.jsonl');
    expect(lines.map(({ error }) => error?.code)).toEqual([
      undefined,
      'SENSORIUM_BAD_MEDIA',
      'SENSORIUM_NOT_FOUND',
      'SENSORIUM_MISSING_INPUT',
      undefined,
    ]);
  });

  it('leaves the old file where it cannot finish', async () => {
    await writeFile(join(folder, 'kept.jsonl'), 'old');
    await writeFile(join(folder, 'columns.csv'), 'picture\nscene-1.png\n');
    const { code, stderr } = await sensorium(
      ...['run', 'starter', '--data', 'columns.csv', '--out', 'kept.jsonl', '--force'],
    );
    expect(stderr).toContain('SENSORIUM_MISSING_COLUMN');
    expect(code).toBe(1);
    expect(await readFile(join(folder, 'kept.jsonl'), 'utf8')).toBe('old');
  });
});

interface Line {
  readonly row: number;
  readonly predictions?: { readonly answer: { readonly text: string } };
  readonly error?: { readonly code: string };
}

async function readLines(file: string): Promise<Line[]> {
  const text = await readFile(join(folder, file), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('run on several samples', () => {
  it('answers each, with the inputs that are given once in all of them', async () => {
    const { code, stdout } = await sensorium(
      ...['run', 'starter', '--input', 'image=scene-1.png', '--input', 'image=scene-2.png'],
      ...['--input', 'question=how many objects are there?'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^image +answer\nscene-1\.png +\d \([\d.]+ %\)\nscene-2\.png +\d \([\d.]+ %\)\n$/);
  });

  it('shows every field if all is asked for', async () => {
    const { stdout } = await sensorium(
      ...[
        'run',
        'starter',
        '--input',
        'image=scene-1.png',
        '--input',
        'question=how many objects are there?',
        '--full',
      ],
    );
    expect(stdout).toMatch(/^answer\.probabilities\.2 +0\.\d+$/m);
  });
});
