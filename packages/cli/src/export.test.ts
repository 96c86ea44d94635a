import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { constantTensor, conv, input, relu, toOnnx } from '@sensorium/graph';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeTo } from './testing/close-to.js';
import { pythonWith } from './testing/python.js';
import { sensorium as runIn, type Ended } from './testing/sensorium.js';

const execute = promisify(execFile);
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const ROWS = 24;
const names = ['red', 'Blue', 'grün'] as const;

/** Pictures, words and moves, and every head that has an example; other senses: export-senses.test.ts. */
const manifest = `sensorium: 1
name: everything
inputs:
  picture: { encoder: image, size: 16, dim: 16, channels: 4 }
  views: { encoder: image, size: 8, fit: cover, many: 2, dim: 8, channels: 4, missing: skip }
  seen: { encoder: onnx, file: seen.onnx, missing: skip }
  words: { encoder: text, dim: 8, heads: 2, missing: skip }
  move: { encoder: motion, dim: 8, channels: 4, rate: 20, names: [x, y], seconds: 0.5, windows: 2, missing: learned }
fusion: { use: concat }
heads:
  label: classification
  size: { use: regression, unit: cm }
  story: { use: caption, dim: 16, heads: 2, layers: 1 }
  space: { use: embedding, of: [picture, words], dim: 8 }
training: { epochs: 1, batchSize: 8, validation: 0 }
data: { train: train.jsonl, test: test.jsonl }
`;

interface Sample {
  readonly picture: string;
  readonly views?: readonly string[];
  readonly seen?: string;
  readonly words?: string;
  readonly move?: string;
}

let folder: string;
let samples: Sample[];
/** What the command answers to each sample. */
let answers: Record<string, Answer>[];
const options = () => ({ cwd: folder, env: { SENSORIUM_CACHE: join(folder, 'cache') } });
const sensorium = (...args: string[]): Promise<Ended> => runIn(args, options());

type Answer = Readonly<Record<string, unknown>> & { readonly text: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-export-'));
  await writePictures();
  samples = await Promise.all(Array.from({ length: ROWS }, (_, row) => sampleOf(row)));
  const rows = samples.map((sample, row) => {
    return { ...sample, label: names[row % 3], size: 100 + (row % 7) * 12.5, story: `a ${names[row % 3]} one` };
  });
  const table = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  for (const name of ['train.jsonl', 'test.jsonl']) await writeFile(join(folder, name), table);
  await writeFile(join(folder, 'seen.onnx'), pretrained());
  await writeFile(join(folder, 'all.yaml'), manifest);
  const { code, stderr } = await sensorium('train', 'all.yaml', '--out', 'model');
  expect(code, stderr).toBe(0);
  const ran = await sensorium('run', 'model', '--data', 'test.jsonl', '--out', 'answers.jsonl', '--full', '--json');
  expect(ran).toMatchObject({ code: 0 });
  const lines = (await readFile(join(folder, 'answers.jsonl'), 'utf8')).trim().split('\n');
  answers = lines.map((line) => (JSON.parse(line) as { predictions: Record<string, Answer> }).predictions);
  expect(await sensorium('export', 'model', '--out', 'exported')).toMatchObject({ code: 0 });
  // All that a program needs, and nothing of Sensorium.
  await mkdir(join(folder, 'node_modules'));
  for (const name of ['onnxruntime-node', 'sharp'])
    await symlink(join(modules, name), join(folder, 'node_modules', name));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file of somebody else's for pictures of 12×10. */
function pretrained(): Uint8Array {
  const picture = input('picture', 'float32', ['batch', 3, 12, 10]);
  const weight = {
    dtype: 'float32',
    shape: [4, 3, 3, 3],
    data: Float32Array.from({ length: 108 }, (_, index) => Math.sin(index)),
  } as const;
  return toOnnx({ inputs: [picture], outputs: { grid: relu(conv(picture, constantTensor(weight))) } });
}

/** Pictures as they come: wide, transparent, grey, turned by EXIF, of 16 bits. */
async function writePictures(): Promise<void> {
  const noise = (width: number, height: number, channels: 3 | 4) =>
    sharp(
      Buffer.from(
        Array.from({ length: width * height * channels }, (_, index) => (index * 7919 + (index >> 5) * 31) % 256),
      ),
      { raw: { width, height, channels } },
    );
  await noise(40, 23, 3).png().toFile(join(folder, '0.png'));
  await noise(13, 31, 4).png().toFile(join(folder, '1.png'));
  await noise(64, 64, 3).greyscale().png().toFile(join(folder, '2.png'));
  await noise(50, 30, 3).withMetadata({ orientation: 6 }).jpeg().toFile(join(folder, '3.jpg'));
  await noise(9, 9, 3).toColourspace('rgb16').png().toFile(join(folder, '4.png'));
}

const pictures = ['0.png', '1.png', '2.png', '3.jpg', '4.png'] as const;

async function sampleOf(row: number): Promise<Sample> {
  const at = (index: number): string => pictures[index % pictures.length]!;
  const move = row % 4 === 3 ? `${row}.json` : `${row}.csv`;
  await writeFile(join(folder, move), row % 4 === 3 ? seriesAsJson(row) : seriesAsTable(row));
  return {
    picture: at(row),
    ...(row % 3 > 0 && { views: row % 3 === 1 ? [at(row + 1)] : [at(row + 1), at(row + 2)] }),
    ...(row % 4 > 0 && { seen: at(row) }),
    ...(row % 5 > 0 && { words: `Ein ${names[row % 3]}, №${row}: ﬁne…  “Çà” 東京` }),
    ...(row % 6 > 0 && { move }),
  };
}

/** Some hundred rows a second, not quite evenly. */
function seriesAsTable(row: number): string {
  const lines = Array.from({ length: 20 + row * 9 }, (_, index) => {
    const time = index * 9.7 + (index % 3) * 0.4;
    return [time, Math.sin(index / 5) * row, index % 11, 1].map((value) => value.toFixed(3)).join(';');
  });
  return ['"time_ms";x;"y";unused', ...lines, ''].join('\n');
}

function seriesAsJson(row: number): string {
  const values = Array.from({ length: 12 + row }, (_, index) => ({ y: index % 5, x: Math.cos(index) }));
  return JSON.stringify({ values, time: 15 });
}

/** An answer's numbers and texts, in one line, without what only one of both says. */
function core({ text, confidence, value, probabilities, similarities }: Answer): Record<string, unknown> {
  return { text, confidence, value, probabilities, similarities };
}

const picturesOf = ({ picture, views = [], seen = '' }: Sample): readonly string[] => [picture, ...views, seen];

/** How many levels Pillow's pixels may be off: it has another decoder of JPEG, and cuts 16 bits of three colours to 8. */
const levelsOf = (sample: Sample): number =>
  Math.max(...picturesOf(sample).map((name) => ({ '3.jpg': 3, '4.png': 1 })[name] ?? 0));

/** Sensorium makes transparent pictures and those of 16 bits smaller before it makes 8 opaque bits of them, programs behind it. */
const isRounded = (sample: Sample): boolean => picturesOf(sample).some((name) => name === '1.png' || name === '4.png');

/** Whether programs say what the command says, about the same numbers where pixels are about the same. */
function expectAnswers(found: readonly Record<string, Answer>[], isAbout: (sample: Sample) => boolean): void {
  expect(found).toHaveLength(ROWS);
  for (const [row, expected] of answers.entries()) {
    const about = isAbout(samples[row]!);
    expect(Object.keys(found[row]!)).toEqual(Object.keys(expected));
    for (const [head, answer] of Object.entries(expected)) {
      const { text, ...numbers } = core(answer);
      closeTo(core(found[row]![head]!), about ? numbers : { text, ...numbers }, about ? 1e-2 : 1e-4);
    }
  }
}

describe('an exported folder', () => {
  it('is a model folder with programs beside it, and says how to run them', async () => {
    expect((await readdir(join(folder, 'exported'))).sort()).toEqual([
      'README.md',
      'example',
      'manifest.json',
      'model.onnx',
      'space.picture.onnx',
      'space.words.onnx',
      'story.memory.onnx',
      'story.step.onnx',
    ]);
    const readme = await readFile(join(folder, 'exported', 'README.md'), 'utf8');
    expect(readme).toContain('npm install onnxruntime-node sharp');
    expect(readme).toContain('pip install onnxruntime numpy pillow');
    expect(readme).toContain('python3 example/run.py picture=… views=… seen=… words=… move=…');
    expect(readme).toMatch(/^\| input \| picture \| uint8 \| \[batch, 16, 16, 3\] \|$/m);
    const again = await sensorium('run', 'exported', '--input', `picture=${samples[0]!.picture}`, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ predictions: { label: { text: answers[0]!['label']!.text } } });
  });

  it('is not replaced unless that is asked for', async () => {
    const { code, stderr } = await sensorium('export', 'model', '--out', 'exported');
    expect(code).toBe(1);
    expect(stderr).toMatch(/SENSORIUM_EXISTS[^]*--force/);
  });

  it('answers in JavaScript as the command does, without Sensorium', async () => {
    const program = `import { run } from './exported/example/run.mjs';
      const found = [];
      for (const sample of ${JSON.stringify(samples)}) found.push(await run(sample));
      console.log(JSON.stringify(found));`;
    await writeFile(join(folder, 'all.mjs'), program);
    const { stdout } = await execute(process.execPath, ['all.mjs'], { cwd: folder });
    expectAnswers(JSON.parse(stdout) as Record<string, Answer>[], isRounded);
  });

  it('answers one sample on the command line', async () => {
    // One whose pixels are the command's in every bit.
    const { picture, views = [], seen, words, move } = samples[7]!;
    const own = [`views=${JSON.stringify(views)}`, `seen=${seen}`, `words=${words}`, `move=${move}`];
    const args = [`picture=${picture}`, ...own];
    const { stdout } = await execute(process.execPath, ['exported/example/run.mjs', ...args], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ label: { text: answers[7]!['label']!.text } });
    await expect(execute(process.execPath, ['exported/example/run.mjs', 'words=x'], { cwd: folder })).rejects.toThrow(
      'the input "picture" is missing',
    );
  });

  it('answers in Python as the command does', async ({ skip }) => {
    const python = await pythonWith('onnxruntime', 'numpy', 'PIL');
    if (!python) return skip('no Python here has onnxruntime, numpy and PIL (SENSORIUM_PYTHON names another)');
    const program = `import json, sys; sys.path.insert(0, "exported/example")
from run import run
print(json.dumps([run(sample) for sample in json.loads(${JSON.stringify(JSON.stringify(samples))})]))`;
    const { stdout } = await execute(python, ['-c', program], { cwd: folder });
    expectAnswers(
      JSON.parse(stdout) as Record<string, Answer>[],
      (sample) => levelsOf(sample) > 0 || isRounded(sample),
    );
  });

  it('prepares in Python what JavaScript prepares', async ({ skip }) => {
    const python = await pythonWith('numpy', 'PIL');
    if (!python) return skip('no Python here has numpy and PIL (SENSORIUM_PYTHON names another)');
    const ours = `import { feeds } from './exported/example/run.mjs';
      for (const sample of ${JSON.stringify(samples)}) {
        const fed = Object.entries(await feeds(sample)).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]);
        console.log(JSON.stringify(Object.fromEntries(fed)));
      }`;
    await writeFile(join(folder, 'feeds.mjs'), ours);
    const theirs = `import json, sys; sys.path.insert(0, "exported/example")
from run import feeds
for sample in json.loads(${JSON.stringify(JSON.stringify(samples))}):
    print(json.dumps({name: {"shape": value.shape, "data": value.ravel().tolist()} for name, value in feeds(sample).items()}))`;
    const [a, b] = await Promise.all([
      execute(process.execPath, ['feeds.mjs'], { cwd: folder, maxBuffer: 1e8 }),
      execute(python, ['-c', theirs], { cwd: folder, maxBuffer: 1e8 }),
    ]);
    const [javascript, inPython] = [a, b].map(({ stdout }) =>
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, { shape: number[]; data: number[] }>),
    );
    expect(inPython).toHaveLength(ROWS);
    for (const [row, expected] of javascript!.entries()) {
      const levels = levelsOf(samples[row]!);
      for (const [name, { shape, data }] of Object.entries(expected)) {
        const found = inPython![row]![name]!;
        expect(found.shape, name).toEqual(shape);
        const most = Math.max(...data.map((value, index) => Math.abs(value - found.data[index]!)));
        expect(most, `${name} of sample ${row}`).toBeLessThanOrEqual(
          /^(picture|views|seen)/.test(name) ? levels : 1e-4,
        );
      }
    }
  });

  it('is Python that can be compiled', async ({ skip }) => {
    const python = await pythonWith();
    if (!python) return skip('there is no Python here');
    const files = (await readdir(join(folder, 'exported', 'example'))).filter((name) => name.endsWith('.py'));
    expect(files.length).toBeGreaterThan(8);
    await execute(python, ['-m', 'py_compile', ...files], { cwd: join(folder, 'exported', 'example') });
  });
});

describe('smaller weights', () => {
  it.each(['float16', 'int8'])(
    'as %s: says what they change, measured on the model’s test table',
    async (precision) => {
      const { code, stdout } = await sensorium(
        'export',
        'model',
        '--out',
        precision,
        '--precision',
        precision,
        '--json',
      );
      expect(code).toBe(0);
      const { difference, small } = JSON.parse(stdout) as {
        difference: {
          bytes: { before: number; after: number };
          table: string;
          samples: number;
          outputs: Record<string, { largest: number; mean: number }>;
          scores: Record<'before' | 'after', Record<string, { metrics: Record<string, { value: number }> }>>;
        };
        small: string[];
      };
      expect(difference).toMatchObject({ table: 'test.jsonl', samples: ROWS });
      expect(small.length).toBeGreaterThan(5);
      expect(difference.bytes.after).toBeLessThan(difference.bytes.before);
      const { largest, mean } = difference.outputs['label.logits']!;
      expect(largest).toBeGreaterThan(0);
      expect(mean).toBeLessThan(largest);
      expect(largest).toBeLessThan(precision === 'float16' ? 0.02 : 0.5);
      expect(Object.keys(difference.scores.after)).toEqual(Object.keys(difference.scores.before));
      const answered = await sensorium('run', precision, '--input', `picture=${samples[0]!.picture}`, '--json');
      const { predictions } = JSON.parse(answered.stdout) as { predictions: { size: { value: number } } };
      expect(Math.abs(predictions.size.value - Number(answers[0]!['size']!['value']))).toBeLessThan(5);
      const graph = [
        'run',
        precision,
        '--graph',
        'space.picture',
        '--input',
        `picture=${samples[0]!.picture}`,
        '--json',
      ];
      expect(await sensorium(...graph)).toMatchObject({ code: 0 });
      expect(await readFile(join(folder, precision, 'README.md'), 'utf8')).toContain(
        `Weights are stored as ${precision}`,
      );
    },
  );

  it('are measured on numbers by chance where there is no table, and say so', async () => {
    const { stdout } = await sensorium('export', 'starter', '--out', 'starter.onnx', '--precision', 'int8');
    expect(stdout).toMatch(/^size +[\d.]+ [kM]B +[\d.]+ [kM]B$/m);
    expect(stdout).toContain('On 20 samples of random numbers, because no table is at hand');
    expect(stdout).toMatch(/^answer\.logits +[\d.e-]+ +[\d.e-]+$/m);
    expect(stdout).toContain('No weight became smaller');
  });

  it('are not measured on a table of which no row can be read', async () => {
    await writeFile(join(folder, 'unreadable.csv'), 'picture\nabsent.png\n');
    const args = ['--precision', 'int8', '--data', 'unreadable.csv'];
    const { code, stderr } = await sensorium('export', 'model', '--out', 'unmeasured', ...args);
    expect(code).toBe(1);
    expect(stderr).toContain('SENSORIUM_NOT_FOUND');
    expect(await readdir(folder)).not.toContain('unmeasured');
  });

  it('are for answers: not for weights of another training, and --data is for nothing else', async () => {
    const weights = await sensorium('export', 'model', '--out', 'w.safetensors', '--precision', 'int8');
    expect(weights.stderr).toContain('float32');
    const data = await sensorium('export', 'model', '--out', 'd', '--data', 'test.jsonl');
    expect(data.stderr).toContain('--precision');
    expect([weights.code, data.code]).toEqual([2, 2]);
  });
});
