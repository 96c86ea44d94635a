import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { required } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { encodePng } from '@sensorium/media';
import { inScratch } from './scratch.js';
import type { Workload } from './workload.js';

/** Rows of the tables, and after how many decoded pictures a process is killed, one after the other. */
const tables = [
  { rows: 10_000, killedAfter: [] },
  { rows: 100_000, killedAfter: [25_000, 45_000] },
] as const;
/** Pixels of a side: all prepared pictures take 1.2 GB, more than is held in memory. */
const SIZE = 64;
const labels = ['red', 'green', 'blue'] as const;

/** A process that trains, or goes on, and says what it has decoded; its arguments are a manifest and a folder. */
const program = `
  import process from 'node:process';
  import sharp from 'sharp';
  const { toBuffer } = sharp.prototype;
  let [decoded, phase] = [0, 'start'];
  const say = () =>
    process.stdout.write(JSON.stringify({ decoded, phase, bytes: process.resourceUsage().maxRSS * 1024 }) + '\\n');
  sharp.prototype.toBuffer = function (...options) {
    if (++decoded % 64 === 0) say();
    return toBuffer.apply(this, options);
  };
  const [{ train }, image, head] = await Promise.all(
    ['trainer', 'encoder-image', 'head-classification'].map((name) => import('@sensorium/' + name)),
  );
  const [manifest, out] = process.argv.slice(-2);
  const atHand = (exports) => ({ version: '0.1.0', load: async () => exports });
  await train(manifest, {
    out,
    resume: true,
    from: [],
    packages: { '@sensorium/encoder-image': atHand(image), '@sensorium/head-classification': atHand(head) },
    onProgress: (progress) => void (phase = progress.phase),
  });
  say();
`;
/** Where the program's packages are found from. */
const here = fileURLToPath(new URL('..', import.meta.url));

interface Run {
  /** Pictures. */
  readonly decoded: number;
  readonly phase: string;
  /** Most of main memory that it had. */
  readonly bytes: number;
  readonly seconds: number;
  readonly killed: boolean;
}

interface Rows {
  readonly rows: number;
  /** Until the training was done. */
  readonly runs: readonly Run[];
  /** The same training once more, into another folder. */
  readonly again: Run;
}

export const rows: Workload = {
  description: 'memory, and what is decoded twice, of trainings on 100,000 files that are killed and go on; cpu',
  async run({ seed, save }) {
    const found: Rows[] = [];
    for (const table of tables) {
      found.push(await inScratch('rows', (folder) => measure(folder, table, seed)));
      await save({ found });
    }
    return { table: [heading, ...found.map(lineOf)], result: { size: SIZE, found } };
  },
};

async function measure(
  folder: string,
  { rows: count, killedAfter }: (typeof tables)[number],
  seed: number,
): Promise<Rows> {
  await writePictures(join(folder, 'pictures'), count, seed);
  const manifest = join(folder, 'manifest.json');
  await writeFile(
    manifest,
    JSON.stringify({
      sensorium: 1,
      inputs: { picture: { encoder: 'image', column: 'file', size: SIZE, dim: 8, channels: 4 } },
      heads: { label: 'classification' },
      training: { epochs: 1, batchSize: 64, minutes: 0.1 },
      data: { train: 'pictures' },
    }),
  );
  const runs: Run[] = [];
  for (const most of [...killedAfter, Infinity]) runs.push(await run(manifest, join(folder, 'model'), most));
  return { rows: count, runs, again: await run(manifest, join(folder, 'again'), Infinity) };
}

/** One of each colour, and of each as many files: what stands behind the end of a PNG makes another file of it. */
async function writePictures(folder: string, count: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const pictures = labels.map((_, channel) => {
    const data = random
      .bytes(SIZE * SIZE * 3)
      .map((value, at) => (at % 3 === channel ? 128 + (value >> 1) : value >> 1));
    return encodePng({ width: SIZE, height: SIZE, channels: 3, data });
  });
  const bytes = await Promise.all(pictures);
  for (const label of labels) await mkdir(join(folder, label), { recursive: true });
  for (let index = 0; index < count; index++) {
    const label = required(labels[index % labels.length], 'a label');
    const content = Buffer.concat([required(bytes[index % labels.length], 'a picture'), Buffer.from(String(index))]);
    await writeFile(join(folder, label, `${index}.png`), content);
  }
}

/** Starts the training, or goes on with it, and kills it after so many pictures. Throws where it fails by itself. */
async function run(manifest: string, out: string, most: number): Promise<Run> {
  const start = performance.now();
  const args = ['--input-type=module', '--eval', program, manifest, out];
  const child = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] });
  let last: Pick<Run, 'decoded' | 'phase' | 'bytes'> = { decoded: 0, phase: 'start', bytes: 0 };
  createInterface(child.stdout).on('line', (line) => {
    last = JSON.parse(line) as typeof last;
    if (last.decoded >= most) child.kill('SIGKILL');
  });
  const errors = text(child.stderr);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`a training failed in ${last.phase}: ${await errors}`);
  return { ...last, seconds: (performance.now() - start) / 1000, killed: code !== 0 };
}

const heading = ['rows', 'killed after', 'decoded in all', 'twice', 'decoded again', 'peak memory', 'seconds'];

function lineOf({ rows: count, runs, again }: Rows): string[] {
  const decoded = runs.reduce((sum, one) => sum + one.decoded, 0);
  const peak = Math.max(...runs.map(({ bytes }) => bytes));
  return [
    count,
    runs
      .filter(({ killed }) => killed)
      .map((one) => one.decoded)
      .join(', ') || 'never',
    decoded,
    decoded - count,
    again.decoded,
    `${Math.round(peak / 1e6)} MB`,
    Math.round(runs.reduce((sum, { seconds }) => sum + seconds, 0)),
  ].map(String);
}
