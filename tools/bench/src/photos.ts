import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { required } from '@sensorium/contracts';
import { decodeImage, fit, readAddress, toRgb } from '@sensorium/media';
import sharp from 'sharp';
import { type AtOnce, runAtOnce } from './photos/at-once.js';
import { loadLabels, side } from './photos/labels.js';
import { makePhotos } from './photos/make.js';
import { startTransformersJs, toInstall } from './photos/transformers.js';
import { inScratch } from './scratch.js';
import { sharedFile } from './shared.js';
import { bestInTurns } from './time.js';
import type { Workload } from './workload.js';

const made = 40;
const callsAtOnce = 80;
/** Names the folder of the photographs to the process in which many are read at once. */
const folderVariable = 'SENSORIUM_BENCH_PHOTOS';

/** Milliseconds a photograph, of the best round. */
interface Times {
  readonly photos: number;
  readonly labels: number;
  readonly tensor: number;
  readonly sharpAlone: number;
  readonly sharpWhole: number;
  readonly transformersJs: number | null;
}

/**
 * Photographs from files to labels. Beside it what nobody can leave out: sharp alone, which reads and shrinks them to the same
 * size. Memory and lag of the event loop while 80 are asked for at once, in a process of its own.
 */
export const photos: Workload = {
  description: `photographs, from files to labels of ${side}×${side}: time, and ${callsAtOnce} of 12 megapixels at once`,
  async run({ seed, rounds }) {
    const given = process.env[folderVariable];
    if (given !== undefined) {
      const atOnce = await runAtOnce(await pathsIn(given), callsAtOnce, seed);
      return { table: [[`${callsAtOnce} at once`]], result: { atOnce } };
    }
    return inScratch('photos', async (folder) => {
      const paths = await makePhotos(folder, made, seed);
      const times: Record<string, Times> = { '12 megapixels': await measure(paths, seed, rounds) };
      const shared = sharedFile('data/photos/images');
      if (shared !== undefined) times['photographs'] = await measure(await pathsIn(shared), seed, rounds);
      const atOnce = await measureApart(folder, seed);
      return { table: tableOf(times, atOnce, shared), result: { times, atOnce } };
    });
  },
};

const pathsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.jpg')).map((name) => join(folder, name));

async function measure(paths: readonly string[], seed: number, rounds: number): Promise<Times> {
  await using pipeline = await loadLabels(seed);
  const others = startTransformersJs(side);
  const needs = { width: side, height: side, fit: 'squeeze' } as const;
  const measures = [
    timed((photo) => pipeline.run({ photo })),
    // As the encoder prepares it.
    timed(async (path) => fit(toRgb(await decodeImage(path, io, { needs })), side, side, needs.fit)),
    timed((path) => sharp(path).autoOrient().resize(side, side, { fit: 'fill' }).raw().toBuffer()),
    timed((path) => sharp(path).autoOrient().raw().toBuffer()),
    ...(others ? [(path: string) => others.time(path)] : []),
  ];
  try {
    const means = await meansOfBest(measures, paths, rounds);
    const [labels = NaN, tensor = NaN, sharpAlone = NaN, sharpWhole = NaN, transformersJs = null] = means;
    return { photos: paths.length, labels, tensor, sharpAlone, sharpWhole, transformersJs };
  } finally {
    others?.dispose();
  }
}

const io = { read: readAddress };

type Measure = (path: string) => Promise<number>;

const timed =
  (work: (path: string) => Promise<unknown>): Measure =>
  async (path) => {
    const start = performance.now();
    await work(path);
    return performance.now() - start;
  };

/** The best of each measurement of each photograph, taken in turns; the mean of all photographs. */
async function meansOfBest(measures: readonly Measure[], paths: readonly string[], rounds: number): Promise<number[]> {
  const sums = measures.map(() => 0);
  for (const path of paths) {
    const best = await bestInTurns(
      measures.map((measure) => () => measure(path)),
      rounds,
    );
    best.forEach((milliseconds, index) => (sums[index] = required(sums[index], 'a sum') + milliseconds));
  }
  return sums.map((sum) => sum / paths.length);
}

/** Runs this workload once more, in another process, with the photographs of a folder. */
async function measureApart(folder: string, seed: number): Promise<AtOnce> {
  const out = join(folder, 'at-once.json');
  const program = required(process.argv[1], 'the program');
  await promisify(execFile)(process.execPath, [program, 'photos', '--seed', String(seed), '--out', out], {
    env: { ...process.env, [folderVariable]: folder },
  });
  return (JSON.parse(await readFile(out, 'utf8')) as { atOnce: AtOnce }).atOnce;
}

function tableOf(times: Readonly<Record<string, Times>>, atOnce: AtOnce, shared: string | undefined): string[][] {
  const rows = Object.entries(times).map(
    ([name, { photos, labels, tensor, sharpAlone, sharpWhole, transformersJs }]) => [
      `${photos} × ${name}`,
      ...[labels, tensor, sharpAlone, sharpWhole].map((milliseconds) => milliseconds.toFixed(1)),
      transformersJs?.toFixed(1) ?? '–',
      (tensor / sharpAlone).toFixed(2),
    ],
  );
  const { overIdleMiB, seconds, lag, idleLag } = atOnce;
  return [
    ['ms a photograph', 'labels', 'tensor', 'sharp alone', 'whole', 'transf.js', 'ratio'],
    ...rows,
    ['', 'MiB', 'seconds', 'lag p50', 'lag p99', 'lag max', 'idle p99'],
    [
      `${atOnce.calls} at once`,
      overIdleMiB.toFixed(0),
      seconds.toFixed(1),
      ...[lag.p50, lag.p99, lag.max, idleLag.p99].map((milliseconds) => milliseconds.toFixed(1)),
    ],
    ...(Object.values(times).some(({ transformersJs }) => transformersJs === null) ? [[toInstall]] : []),
    ...(shared === undefined ? [['skipped: not here: ../shared/data/photos/images']] : []),
  ];
}
