import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SymbolicTensor, Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { cast, createScope, flatten, input, linear, mul, tanh, toOnnx } from '@sensorium/graph';
import { encodeWav } from '@sensorium/media';
import { wav2vec2Model, writeModel } from '@sensorium/testkit/hub';
import { bertModel, clapModel, clipModel } from '@sensorium/testkit/hub-models';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
// eslint-disable-next-line @nx/enforce-module-boundaries -- films to test with are no part of what the package offers
import { brightening, encodeFilm, films } from '../../media/src/testing/films.js';
import { closeTo } from './testing/close-to.js';
import { pythonWith } from './testing/python.js';
import { sensorium as runIn, type Ended } from './testing/sensorium.js';

const execute = promisify(execFile);
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const ROWS = 6;

/** Encoders of senses, and pretrained models of each kind of values. */
const manifest = `sensorium: 1
name: senses
inputs:
  sound: { encoder: audio, size: tiny, seconds: 0.2, rate: 4000 }
  film: { encoder: video, size: tiny, frames: 3, pixels: 16, augment: { time: 0.3 } }
  reel: { encoder: video, column: film, size: tiny, frames: 4, pixels: 12, rate: 5, fit: contain }
  depth: { encoder: depth, size: tiny, pixels: 16, encoding: tum }
  kinect: { encoder: depth, column: depth, size: tiny, pixels: 12, encoding: sun, fit: cover }
  heat: { encoder: thermal, size: tiny, pixels: 16, scale: 0.01, offset: -20 }
  facts: { encoder: table, size: tiny, columns: [age, city] }
  log: { encoder: series, size: tiny }
  claim: { encoder: text, tokenizer: bert/tokenizer.json, dim: 8, heads: 2 }
  heard: { encoder: onnx, modality: audio, file: heard.onnx, rate: 6000, seconds: 0.1, silence: 0.01, column: sound }
  said: { encoder: onnx, modality: text, file: said.onnx, tokenizer: bert/tokenizer.json, length: 6, column: claim }
  facts2: { encoder: onnx, modality: table, file: facts.onnx, columns: [age, city], categories: { city: [Oslo, Rome] }, fill: -1 }
  log2: { encoder: onnx, modality: series, file: log.onnx, length: 5, fill: 0.5, column: log }
  file: { encoder: onnx, modality: bytes, file: file.onnx, first: 8, last: 4, column: log }
  bert: { encoder: transformers, model: ./bert, column: claim }
  look: { encoder: image, column: picture, size: 12, augment: { resizedCrop: 0.5 } }
  clip: { encoder: transformers, model: ./clip, modality: image, column: picture }
  wave: { encoder: transformers, model: ./wave, modality: audio, column: sound }
  clap: { encoder: transformers, model: ./clap, modality: audio, column: sound }
fusion: { use: concat }
heads:
  label: classification
training: { epochs: 1, batchSize: 3, validation: 0 }
data: { train: rows.jsonl }
`;

type Source = 'sound' | 'film' | 'depth' | 'heat' | 'log' | 'claim' | 'picture';
type Sample = Readonly<Record<Source, string>> & {
  readonly age: number | null;
  readonly city: string;
};

/** What a program is given for each input of the manifest. */
const sampleOf = ({ age, city, picture, ...row }: Sample) => ({
  ...row,
  ...{ reel: row.film, kinect: row.depth, facts: { age, city }, facts2: { age, city } },
  ...{ heard: row.sound, said: row.claim, log2: row.log, file: row.log, bert: row.claim, clip: picture, look: picture },
  ...{ wave: row.sound, clap: row.sound },
});

let folder: string;
let samples: ReturnType<typeof sampleOf>[];
let answers: Record<string, { text: string; confidence: number; probabilities: object }>[];
const sensorium = (...args: string[]): Promise<Ended> =>
  runIn(args, { cwd: folder, env: { SENSORIUM_CACHE: join(folder, 'cache') } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-export-senses-'));
  await writeModels();
  const rows = await Promise.all(Array.from({ length: ROWS }, (_, row) => writeRow(row)));
  samples = rows.map(sampleOf);
  const lines = rows.map((row, index) => JSON.stringify({ ...row, label: ['a', 'b'][index % 2] }));
  await writeFile(join(folder, 'rows.jsonl'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'senses.yaml'), manifest);
  const { code, stderr } = await sensorium('train', 'senses.yaml', '--out', 'model');
  expect(code, stderr).toBe(0);
  const ran = await sensorium('run', 'model', '--data', 'rows.jsonl', '--out', 'answers.jsonl', '--full', '--json');
  expect(ran.code, ran.stderr).toBe(0);
  const text = await readFile(join(folder, 'answers.jsonl'), 'utf8');
  answers = text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { predictions: (typeof answers)[number] }).predictions);
  const exported = await sensorium('export', 'model', '--out', 'exported');
  expect(exported.code, exported.stderr).toBe(0);
  expect(exported.stdout).not.toContain('There is no example');
  await mkdir(join(folder, 'node_modules', '@huggingface'), { recursive: true });
  for (const name of ['onnxruntime-node', 'sharp', 'node-av', '@huggingface/tokenizers'])
    await symlink(join(modules, name), join(folder, 'node_modules', name));
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

/** A file that makes four numbers of what it is given. */
function pretrained(x: SymbolicTensor): Uint8Array {
  const scope = createScope();
  const outputs = { y: tanh(linear(scope.at('y'), flatten(mul(cast(x, 'float32'), 0.1)), 4)) };
  const weights = scope.parameters.map(({ name, shape, initialize }): [string, Tensor] => [
    name,
    { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) },
  ]);
  return toOnnx({ inputs: [x], outputs, weights: Object.fromEntries(weights) });
}

async function writeModels(): Promise<void> {
  const files = {
    heard: pretrained(input('samples', 'float32', ['n', 200])),
    said: pretrained(input('input_ids', 'int64', ['n', 6])),
    facts: pretrained(input('values', 'float32', ['n', 2])),
    log: pretrained(input('values', 'float32', ['n', 5, 2])),
    file: pretrained(input('bytes', 'int32', ['n', 12])),
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, `${name}.onnx`), bytes);
  const small = { dim: 8, layers: 1, heads: 2 };
  await writeModel(join(folder, 'bert'), bertModel({ ...small, maxTokens: 12 }));
  await writeModel(join(folder, 'clip'), clipModel({ ...small, size: 16, patch: 8, resize: 20 }));
  await writeModel(join(folder, 'wave'), wav2vec2Model(8));
  await writeModel(join(folder, 'clap'), clapModel({ ...small, seconds: 0.5 }));
}

const write = async (name: string, bytes: string | Uint8Array): Promise<string> => {
  await writeFile(join(folder, name), bytes);
  return name;
};

async function writeRow(row: number): Promise<Sample> {
  const [rate, length] = [[8000, 6000, 11025][row % 3]!, 900 + 500 * row];
  const tone = (pitch: number) => Float32Array.from({ length }, (_, at) => 0.5 * Math.sin(at * pitch * (row + 1)));
  const [width, height] = [24 + row, 20];
  const values = Uint16Array.from({ length: width * height }, (_, at) => (at % 7 === row ? 0 : (at * 977) % 40_000));
  return {
    sound: await write(`${row}.wav`, encodeWav({ rate, channels: [tone(0.05), tone(0.11)] })),
    film: row % 3 === 0 ? await write(`${row}.webp`, await animation(row)) : await write(`${row}.mp4`, await film(row)),
    depth: await write(`${row}.pgm`, row % 2 ? pgm(width, height, values) : await png(width, height, values)),
    heat:
      row % 2
        ? await write(`heat${row}.png`, await png(width, height, values))
        : await write(`${row}.npy`, npy(values, height)),
    log: await write(
      `${row}.csv`,
      `x,y\n${Array.from({ length: 3 + row }, (_, at) => `${at / 3},${at === 1 ? '' : at * row}`).join('\n')}\n`,
    ),
    claim: ['a red circle!', 'What is the blue square?', 'the star', 'starfish', 'Red, red, blue, blue, blue', 'é'][
      row
    ]!,
    picture: await write(`picture${row}.png`, await png(width, height, values)),
    age: row === 4 ? null : 20 + row,
    city: ['Rome', 'Oslo'][row % 2]!,
  };
}

const film = (row: number): Promise<Uint8Array> =>
  encodeFilm(brightening(9 + row, 48, 32), 10, [films.MP4, films.WebM][row % 2]!);

async function animation(row: number): Promise<Uint8Array> {
  const frames = brightening(6, 20 + row, 18);
  const pixels = Buffer.concat(frames.map(({ data }) => data as Uint8Array));
  const raw = { width: 20 + row, height: 18 * frames.length, channels: 3, pageHeight: 18 } as const;
  return sharp(pixels, { raw })
    .webp({ lossless: true, delay: frames.map((_, at) => 80 + at) })
    .toBuffer();
}

const png = (width: number, height: number, values: Uint16Array): Promise<Uint8Array> =>
  sharp(values, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();

function pgm(width: number, height: number, values: Uint16Array): Uint8Array {
  const pixels = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => pixels.writeUInt16BE(value, 2 * at));
  return Buffer.concat([Buffer.from(`P5\n# a sensor\n${width} ${height}\n65535\n`), pixels]);
}

function npy(values: Uint16Array, height: number): Uint8Array {
  const shape = `(${height}, ${values.length / height})`;
  const header = Buffer.from(`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n');
  const numbers = Buffer.from(Float32Array.from(values, (value) => value / 7).buffer);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\0', 'latin1'), Buffer.from([header.length, 0]), header, numbers]);
}

type Fed = Record<string, { shape: number[]; data: number[] }>;

const fedInJavaScript = `import { feeds, run } from './exported/example/run.mjs';
const found = [];
for (const sample of JSON.parse(process.argv[2])) {
  const fed = Object.entries(await feeds(sample)).map(([name, { shape, data }]) => [name, { shape, data: Array.from(data, Number) }]);
  found.push({ fed: Object.fromEntries(fed), answers: await run(sample) });
}
console.log(JSON.stringify(found));`;

const fedInPython = `import json, sys
sys.path.insert(0, "exported/example")
from run import feeds, run
found = []
for sample in json.loads(sys.argv[1]):
    fed = {name: {"shape": value.shape, "data": value.ravel().tolist()} for name, value in feeds(sample).items()}
    found.append({"fed": fed, "answers": run(sample)})
print(json.dumps(found))`;

async function inJavaScript(): Promise<{ fed: Fed; answers: object }[]> {
  await writeFile(join(folder, 'all.mjs'), fedInJavaScript);
  const args = ['all.mjs', JSON.stringify(samples)];
  const { stdout } = await execute(process.execPath, args, { cwd: folder, maxBuffer: 1e8 });
  return JSON.parse(stdout) as { fed: Fed; answers: object }[];
}

it('answers in JavaScript as the command does, from every sense', async () => {
  expect((await readdir(join(folder, 'exported', 'example'))).filter((name) => name.includes('onnx'))).toHaveLength(10);
  const found = await inJavaScript();
  for (const [row, { label }] of answers.entries()) {
    const { text, confidence, probabilities } = label!;
    closeTo(found[row]!.answers, { label: { text, confidence, probabilities } }, 1e-4);
  }
});

it('prepares and answers in Python as in JavaScript', async ({ skip }) => {
  const python = await pythonWith('onnxruntime', 'numpy', 'PIL', 'tokenizers', 'av');
  if (!python)
    return skip('no Python here has onnxruntime, numpy, PIL, tokenizers and av (SENSORIUM_PYTHON names another)');
  const { stdout } = await execute(python, ['-c', fedInPython, JSON.stringify(samples)], {
    cwd: folder,
    maxBuffer: 1e8,
  });
  const theirs = JSON.parse(stdout) as { fed: Fed; answers: object }[];
  for (const [row, { fed, answers: own }] of (await inJavaScript()).entries()) {
    for (const [name, { shape, data }] of Object.entries(fed)) {
      const found = theirs[row]!.fed[name]!;
      expect(found.shape, name).toEqual(shape);
      const differences = data.map((value, at) => Math.abs(value - found.data[at]!) / Math.max(1, Math.abs(value)));
      // Frames are scaled by another resampler.
      expect(Math.max(...differences), `${name} of row ${row}`).toBeLessThan(/frames/.test(name) ? 0.2 : 1e-4);
    }
    closeTo(theirs[row]!.answers, own, 0.02);
  }
});
