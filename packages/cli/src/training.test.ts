import { once } from 'node:events';
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Scores } from '@sensorium/contracts';
import { readSafeTensors } from '@sensorium/tensors';
import type { Robustness } from '@sensorium/trainer';
import sharp from 'sharp';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sensorium as runIn, start, type Ended } from './testing/sensorium.js';

const ROWS = 48;
const colours = { red: [220, 30, 30], blue: [30, 30, 220] } as const;
const labels = ['red', 'blue'] as const;

const manifest = `sensorium: 1
name: colours
inputs:
  image: { encoder: image, size: 16 }
  question: { encoder: text, missing: skip }
fusion: concat
heads: { answer: classification }
training: { epochs: 2, batchSize: 8 }
data: { train: train.csv, test: train.csv }
`;

let folder: string;
let trained: Ended;

const options = () => ({ cwd: folder, env: { SENSORIUM_CACHE: join(folder, 'cache') } });
const sensorium = (...args: string[]): Promise<Ended> => runIn(args, options());

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-train-'));
  const rows = await Promise.all(Array.from({ length: ROWS }, (_, index) => writePicture(index)));
  await mkdir(join(folder, 'elsewhere'));
  await writeFile(join(folder, 'train.csv'), ['image,question,answer', ...rows, ''].join('\n'));
  await writeFile(join(folder, 'colours.yaml'), manifest);
  trained = await sensorium('train', 'colours.yaml', '--out', 'model');
});
afterAll(() => rm(folder, { recursive: true }));

/** A picture of one colour → its row of the table. */
async function writePicture(index: number): Promise<string> {
  const label = labels[index % 2] as keyof typeof colours;
  const [r, g, b] = colours[label].map((channel) => channel + (index % 20)) as [number, number, number];
  const background = { r, g, b };
  await sharp({ create: { width: 16, height: 16, channels: 3, background } })
    .png()
    .toFile(join(folder, `${index}.png`));
  return `${index}.png,which colour is it?,${label}`;
}

describe('check', () => {
  it('shows model, data, time and what may be wrong, and trains nothing', async () => {
    const before = await readdir(folder);
    const { code, stdout } = await sensorium('check', 'colours.yaml');
    expect(code).toBe(0);
    expect(stdout.match(/^\S.*$/gm)).toEqual(['Model', 'Data', 'Training', 'Warnings']);
    expect(stdout).toMatch(/^ {2}image +16×16×3 → image +\[B,64,\d+\]/m);
    expect(stdout).toMatch(/^ {2}runs on +cpu +.*parameters, .* trained, [\d.]+ MFLOP a sample$/m);
    expect(stdout).toMatch(
      /^ {2}validate +5 rows, 10 % of the 48 rows of train\.csv, drawn by chance; those that share a value/m,
    );
    expect(stdout).toMatch(/^ {2}answer +2 labels; \w+ 50 %, \w+ 50 %\n +50\.00 % accuracy by always “\w+”$/m);
    expect(stdout).toMatch(
      /^ {2}image +48 files of the train table, all found; 48 files of the test table, all found;/m,
    );
    expect(stdout).toMatch(/^ {2}steps +2 epochs of 5 steps with 8 samples: 10$/m);
    expect(stdout).toMatch(/^ {2}a step +[\d.]+ m?s.*, measured in \d+ steps$/m);
    expect(stdout).toMatch(/^ {2}all +[\d.]+ m?s/m);
    expect(stdout).toMatch(/^ {2}memory +[\d.]+ [MG]B at its peak$/m);
    expect(stdout).toMatch(/^ {2}keeps the epoch that is best by the metric of "answer"$/m);
    expect(stdout).toMatch(/^ {2}! there are 43 rows to train on and 5 held out: .*\n {4}→ Add rows/m);
    expect(await readdir(folder)).toEqual(before);
  });

  it('takes no steps where it is told not to measure', async () => {
    const { stdout } = await sensorium('check', 'colours.yaml', '--no-measure', '--json');
    const checked = JSON.parse(stdout) as object;
    expect(checked).toMatchObject({
      rows: { train: 43, validation: 5, test: 48 },
      columns: [{ key: 'heads.answer', values: 2, baseline: { value: 0.5 } }, {}, {}],
      warnings: [{ code: 'few-rows' }],
    });
    expect(checked).not.toHaveProperty('forecast');
  });

  it('notes what is not as the manifest says', async () => {
    const { stdout } = await sensorium('check', 'colours.yaml', '--no-measure', '--set', 'training.accumulate=100');
    expect(stdout).toMatch(
      /^Notes\n {2}training\.accumulate is 100, and there are \d+ samples to train on: a step has /m,
    );
  });

  it('takes the manifest of a model folder, with what training learned', async () => {
    const { code, stdout } = await sensorium('check', 'model/manifest.json', '--no-measure', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      manifest: { name: 'colours', heads: { answer: { options: { labels: ['blue', 'red'] } } } },
      plan: { name: 'colours' },
    });
  });

  it('applies --set, also more than once', async () => {
    const { stdout } = await sensorium(
      'check',
      'colours.yaml',
      '--set',
      'inputs.image.size=32',
      '--set',
      'training.epochs=7',
      '--no-measure',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      backend: { backend: 'cpu' },
      manifest: { inputs: { image: { options: { size: 32 } } }, training: { epochs: 7 } },
    });
  });
});

describe('train', () => {
  it('prints plan and epochs on stderr, scores and files on stdout', async () => {
    const { code, stdout, stderr } = trained;
    expect(code).toBe(0);
    expect(stderr).toMatch(/^runs on +cpu/m);
    expect(stderr).toMatch(/^epoch 1\/2 +loss \d\.\d{4} +answer\.accuracy [\d.]+ % +[\d.]+ s\n(.*\n)*epoch 2\/2/m);
    expect(stdout).toMatch(/kept epoch \d of 2, the best by answer\.accuracy\.$/m);
    expect(stdout).toMatch(/^head +metric +validation, n = \d+ +95 % interval +test, n = \d+ /m);
    expect(stdout).toMatch(/^answer +accuracy( +[\d.]+ % +[\d.]+ … [\d.]+ %){2} +↑ higher +←$/m);
    for (const file of ['model.onnx', 'manifest.json', 'metrics.json', 'report.html']) {
      expect(stdout).toContain(join('model', file));
      await access(join(folder, 'model', file));
    }
    expect(stdout).toContain('sensorium run model --input image=… --input question=…');
  });

  it('warns of what may be wrong before it begins', () => {
    expect(trained.stderr).toMatch(/^! there are 43 rows to train on and 5 held out: .*\n {2}→ Add rows/m);
  });

  it('takes a first look, and a limit of time', async () => {
    const look = ['train', 'colours.yaml', '--out', 'look', '--quick', '--time', '30s'];
    const { code, stdout, stderr } = await sensorium(...look);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^a first look: 48 of 48 rows of the training table, at most 0\.5 min of training/m);
    expect(stdout).toMatch(/^This was a first look, at 48 of 48 rows/m);
    const over = await sensorium('train', 'colours.yaml', '--out', 'model', '--quick', '--force');
    expect(over.code).not.toBe(0);
    expect(over.stderr).toContain('a first look does not replace one');
    for (const time of ['ten', '5', '0m', '-1h', '5 days']) {
      const wrong = await sensorium('train', 'colours.yaml', '--out', 'other', `--time=${time}`);
      expect(wrong.stderr).toContain('Expected a time above 0, such as 90s, 5m or 1h.');
    }
  });

  it('moves no cursor where there is no terminal', () => {
    const all = trained.stdout + trained.stderr;
    expect(all).toBe(stripVTControlCharacters(all));
    expect(all).not.toContain('\r');
  });

  it('gives one JSON document if asked', async () => {
    const { code, stdout } = await sensorium(
      'train',
      'colours.yaml',
      '--out',
      'json',
      '--set',
      'training.epochs=1',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      folder: join(folder, 'json'),
      plan: { name: 'colours' },
      metrics: { name: 'colours', history: [{ epoch: 1 }] },
    });
  });

  it('stops at Ctrl-C with 130 and a checkpoint, from which --resume goes on', async () => {
    const long = ['train', 'colours.yaml', '--out', 'long folder', '--set', 'training.epochs=5000'];
    const first = await interruptAfter(long, /^epoch +2\/5000/m);
    expect(first.code).toBe(130);
    expect(first.stderr).toContain(
      `sensorium train colours.yaml --out 'long folder' --set training.epochs=5000 --resume`,
    );
    const second = await interruptAfter([...long, '--resume'], /^epoch +\d+\/5000/m);
    expect(second.code).toBe(130);
    expect(second.stderr).not.toMatch(/^epoch +[12]\/5000/m);
  });

  it.each([
    ['a folder below a file', ['--out', 'colours.yaml/model'], 'SENSORIUM_NOT_FOUND'],
    ['a backend that does not exist', ['--out', 'new', '--backend', 'abacus'], 'SENSORIUM_BACKEND_UNAVAILABLE'],
    ['a key that does not exist', ['--out', 'new', '--set', 'training.epoch=3'], 'SENSORIUM_UNKNOWN_KEY'],
  ])('fails for %s', async (_, args, errorCode) => {
    const { code, stderr } = await sensorium('train', 'colours.yaml', ...args);
    expect(stderr).toContain(errorCode);
    expect(code).toBe(1);
  });

  it.skipIf(process.platform !== 'linux')('fails for a folder that cannot be made', async () => {
    const { code, stderr } = await sensorium('train', 'colours.yaml', '--out', '/proc/model');
    expect(stderr).toMatch(/SENSORIUM_(NOT_FOUND|NO_PERMISSION) {2}\/proc\/model/);
    expect(code).toBe(1);
  });
});

async function interruptAfter(args: readonly string[], line: RegExp): Promise<Ended> {
  const child = start(args, options());
  let seen = '';
  while (!line.test(seen)) {
    const [chunk] = (await Promise.race([
      once(child.stderr!, 'data'),
      child.ended.then((ended) => [ended]),
    ])) as unknown[];
    if (typeof chunk === 'object' && chunk !== null && 'code' in chunk) return chunk as Ended;
    seen += String(chunk);
  }
  child.kill('SIGINT');
  return child.ended;
}

describe('evaluate', () => {
  it('shows the metrics of each head, with their direction, and what of their panels a terminal can', async () => {
    const { code, stdout } = await sensorium('evaluate', 'model', '--data', 'train.csv');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^48 rows in .* on cpu$/m);
    expect(stdout).toMatch(/^answer +accuracy +[\d.]+ % +[\d.]+ … [\d.]+ % +[\d.]+ % \(always “.*”\) +↑ higher +←$/m);
    expect(stdout).toMatch(/^ +truth ↓ {2}answer → +a +b$/m);
    expect(stdout).toMatch(/^[ab] +red +[\d·]+ +[\d·]+$/m);
  });

  it('gives everything as JSON', async () => {
    const { stdout } = await sensorium('evaluate', 'model', '--data', 'train.csv', '--json');
    const { scores, rows } = JSON.parse(stdout) as { rows: number; scores: Record<string, Scores> };
    expect(rows).toBe(ROWS);
    expect(scores['answer']?.metrics['accuracy']).toMatchObject({ better: 'higher', unit: '%' });
    expect(scores['answer']?.metrics['accuracy']?.value).toBeGreaterThan(0);
    const [matrix] = scores['answer']?.panels?.filter((panel) => panel.kind === 'matrix') ?? [];
    expect(matrix?.counts.flat().reduce((a, b) => a + b)).toBe(ROWS);
  });

  it('measures robustness, and writes a page with all of it that it does not overwrite', async () => {
    const asked = ['evaluate', 'model', '--data', 'train.csv', '--robustness', '--out', 'robustness.html'];
    const { code, stdout } = await sensorium(...asked);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^answer: Under noise\n.* over σ\nimage +\S{11} +[\d.]+ → [\d.]+\nquestion /m);
    expect(stdout).toMatch(/^noise on +σ = 0 +σ = 0.2 +σ = 0.5 +σ = 1 +relative$/m);
    expect(stdout).toMatch(/^all: image, question +[\d.·]+ +[\d.·]+/m);
    expect(stdout).toMatch(/^image +[\d.·]+\n\n"image" is never missing/m);
    expect(stdout).toMatch(/→ robustness\.html\n$/);
    const page = await readFile(join(folder, 'robustness.html'), 'utf8');
    expect(page).toContain('Robustness to noise');
    expect(page).toContain('<h2 id="scores-title">');
    const again = await sensorium(...asked);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/SENSORIUM_EXISTS[^]*--force/);
  });

  it('gives robustness as JSON, compared with a baseline', async () => {
    const asked = ['--data', 'train.csv', '--baseline', 'model', '--json'];
    const { stdout } = await sensorium('evaluate', 'model', ...asked);
    const { robustness, scores } = JSON.parse(stdout) as { robustness: Robustness; scores: Record<string, Scores> };
    expect(robustness.levels).toHaveLength(11);
    const { value, noise } = robustness.heads['answer'] ?? {};
    expect(value).toBe(scores['answer']?.metrics['accuracy']?.value);
    expect(noise?.map(({ inputs, effective }) => [inputs.join(), effective])).toEqual([
      ['image', 0],
      ['question', 0],
      ['image,question', 0],
    ]);
  });

  it('names a column that the table lacks', async () => {
    await writeFile(join(folder, 'narrow.csv'), 'image,question\n0.png,which?\n');
    const { code, stderr } = await sensorium('evaluate', 'model', '--data', 'narrow.csv');
    expect(stderr).toMatch(/SENSORIUM_MISSING_COLUMN[^]*"answer"/);
    expect(code).toBe(1);
  });
});

describe('run', () => {
  it('answers one sample, and notes on stderr what it did to it', async () => {
    const { code, stdout, stderr } = await sensorium(
      'run',
      'model',
      '--input',
      'image=0.png',
      '--input',
      'question=which hue is it?',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^answer +(red|blue) +\d+\.\d %\n$/);
    expect(stderr).toMatch(/^question: .*hue/);
  });

  it('gives the same as JSON, notes included', async () => {
    const { stdout } = await sensorium(
      'run',
      'model',
      '--input',
      'image=0.png',
      '--input',
      'question=which hue is it?',
      '--json',
    );
    expect(JSON.parse(stdout)).toEqual({
      predictions: { answer: expect.objectContaining({ text: expect.any(String), confidence: expect.any(Number) }) },
      notes: [{ input: 'question', note: expect.stringContaining('hue') }],
      backend: { backend: 'cpu', passedOver: [] },
      otherVersions: [],
    });
  });

  it('lists the inputs if one is missing, unless it may be', async () => {
    const { code, stderr } = await sensorium('run', 'model');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /missing --input image=…[^]*image +@sensorium\/encoder-image\n +question .* may be left out/,
    );
    expect((await sensorium('run', 'model', '--input', 'image=0.png')).code).toBe(0);
  });

  it('suggests the input that was meant', async () => {
    const { code, stderr } = await sensorium('run', 'model', '--input', 'image=0.png', '--input', 'qestion=which?');
    expect(stderr).toMatch(/SENSORIUM_UNKNOWN_INPUT[^]*Did you mean "question"\?/);
    expect(code).toBe(1);
  });
});

describe('export', () => {
  it('copies the file, and describes it as ONNX Runtime sees it', async () => {
    const { code, stdout } = await sensorium('export', 'model', '--out', 'colours.onnx', '--json');
    expect(code).toBe(0);
    const { inputs, outputs } = JSON.parse(stdout) as Record<
      'inputs' | 'outputs',
      { name: string; dtype: string; shape: unknown[] }[]
    >;
    const session = await InferenceSession.create(join(folder, 'colours.onnx'));
    const seen = [...session.inputMetadata, ...session.outputMetadata].map((port) => ({
      name: port.name,
      ...(port.isTensor && { dtype: port.type, shape: port.shape }),
    }));
    await session.release();
    expect([...inputs, ...outputs]).toEqual(seen);
  });

  it('shows its inputs and outputs, and where programs are that feed it', async () => {
    const { stdout } = await sensorium('export', 'model', '--out', join(folder, 'shown.onnx'));
    expect(stdout).toMatch(/^input +image +uint8 +\[batch, 16, 16, 3\]$/m);
    expect(stdout).toContain('export model --out FOLDER');
  });

  it('writes the weights alone, from which another training can start', async () => {
    const { code, stdout } = await sensorium('export', 'model', '--out', 'weights.safetensors', '--json');
    expect(code).toBe(0);
    const { weights } = JSON.parse(stdout) as { weights: { name: string; shape: number[] }[] };
    const { tensors } = readSafeTensors(await readFile(join(folder, 'weights.safetensors')));
    expect(weights).toEqual(Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape })));
    const checked = await sensorium('check', 'colours.yaml', '--set', 'data.weights=weights.safetensors', '--json');
    const { start, plan } = JSON.parse(checked.stdout) as {
      start: Record<string, unknown[]>;
      plan: { parameters: number };
    };
    expect(start).toMatchObject({ missing: [], unused: [], misshapen: [] });
    expect(start['matched']).toHaveLength(weights.length);
    const count = weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(count).toBe(plan.parameters);
  });

  it('replaces a file only with --force', async () => {
    await writeFile(join(folder, 'there.onnx'), 'old');
    const { code, stderr } = await sensorium('export', 'model', '--out', 'there.onnx');
    expect(stderr).toMatch(/already there[^]*--force/);
    expect(code).toBe(1);
    expect(await readFile(join(folder, 'there.onnx'), 'utf8')).toBe('old');
    expect((await sensorium('export', 'model', '--out', 'there.onnx', '--force')).code).toBe(0);
  });

  it('refuses a model that was changed', async () => {
    await sensorium('train', 'colours.yaml', '--out', 'changed', '--set', 'training.epochs=1');
    await writeFile(join(folder, 'changed', 'model.onnx'), 'something else');
    const { code, stderr } = await sensorium('export', 'changed', '--out', 'changed.onnx');
    expect(stderr).toContain('SENSORIUM_CHECKSUM');
    expect(code).toBe(1);
    await expect(access(join(folder, 'changed.onnx'))).rejects.toThrow();
  });
});
