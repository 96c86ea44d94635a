import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Comparison } from '@sensorium/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sensorium as runIn, start, type Ended } from './testing/sensorium.js';

const manifest = `sensorium: 1
name: weather
inputs:
  sky: { encoder: text, dim: 16, heads: 2, layers: 1 }
  wind: { encoder: text, dim: 16, heads: 2, layers: 1 }
fusion: { use: concat, dim: 16 }
heads: { rain: classification }
training: { epochs: 2, batchSize: 8, learningRate: 3.0e-3 }
data: { train: train.csv, validation: train.csv, test: train.csv }
`;

let folder: string;
let compared: Ended;
const options = () => ({ cwd: folder, env: { SENSORIUM_CACHE: join(folder, 'cache') } });
const sensorium = (...args: string[]): Promise<Ended> => runIn(args, options());
const twoFusions = ['compare', 'weather.yaml', '--fusions', '{use: concat, dim: 8},attention', '--seeds', '1,2'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-compare-'));
  const [skies, winds] = [['clear', 'grey', 'dark'] as const, ['none', 'west', 'storm'] as const];
  const rows = skies.flatMap((sky, dark) =>
    winds.flatMap((wind, strong) => Array.from({ length: 4 }, () => `${sky},${wind},${dark + strong > 2}`)),
  );
  await writeFile(join(folder, 'train.csv'), ['sky,wind,rain', ...rows, ''].join('\n'));
  await writeFile(join(folder, 'weather.yaml'), manifest);
  compared = await sensorium(...twoFusions, '--out', 'compared');
});
afterAll(() => rm(folder, { recursive: true }));

const comparisonIn = async (name: string): Promise<Comparison> =>
  JSON.parse(await readFile(join(folder, name, 'compare.json'), 'utf8')) as Comparison;

describe('compare', () => {
  it('shows a row for each input alone and for each fusion', async () => {
    expect(compared).toMatchObject({ code: 0 });
    const lines = stripVTControlCharacters(compared.stdout).split('\n');
    expect(lines[0]).toMatch(/^ +rain\.accuracy, validation +rain\.accuracy, test +parameters +training +memory$/);
    const score = String.raw`\d+\.\d\d ± \d+\.\d\d %`;
    for (const label of ['sky alone', 'wind alone', 'concat dim 8', 'attention']) {
      const row = new RegExp(String.raw`^${label} +${score} +${score} +[\d,]+ +[\d.]+ .* +\d+\.\d MB( +←)?$`);
      expect(lines.filter((line) => row.test(line))).toHaveLength(1);
    }
    expect(compared.stdout).toMatch(/over the seeds 1, 2\. ← the best by validation\.\n\ncompared\/compare\.html\n$/);
    const { rows } = await comparisonIn('compared');
    expect(rows.every(({ memory }) => memory !== null && memory > 20e6)).toBe(true);
  });

  it('tells of each training how good it is, and how far all are', () => {
    expect(compared.stderr).toMatch(/^1 of 8: sky alone, seed 1 {3}rain\.accuracy \d+\.\d\d % {3}\d/m);
    expect(compared.stderr).toMatch(/^8 of 8: attention, seed 2 /m);
  });

  it('leaves a model for each, and repeats nothing', async () => {
    const file = join(folder, 'compared/concat-dim-8/seed-2/metrics.json');
    const before = await readFile(file, 'utf8');
    expect(JSON.parse(before)).toMatchObject({ history: [{ epoch: 1 }, { epoch: 2 }] });
    const again = await sensorium(...twoFusions, '--out', 'compared', '--json');
    expect(JSON.parse(again.stdout)).toEqual(await comparisonIn('compared'));
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('goes on after it was stopped', async () => {
    const args = [...twoFusions, '--out', 'stopped', '--set', 'training.epochs=400'];
    const child = start(args, options());
    await fileAppears(join(folder, 'stopped/sky-alone/seed-1/checkpoint.safetensors'));
    child.kill('SIGINT');
    const { code, stderr } = await child.ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('the same command goes on from it')]);
    expect(await readdir(join(folder, 'stopped/sky-alone/seed-1'))).toEqual(['checkpoint.safetensors']);
    const resumed = await sensorium(...args, '--time', '1s', '--seeds', '1');
    expect(resumed.code).toBe(0);
  });

  it('has a row for a process that was killed, and tries it again', async () => {
    const args = ['compare', 'weather.yaml', '--fusions', 'concat', '--seeds', '1', '--out', 'killed'];
    const child = start([...args, '--set', 'training.epochs=60'], options());
    await fileAppears(join(folder, 'killed/wind-alone/seed-1/checkpoint.safetensors'));
    const training = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    process.kill(Number(training), 'SIGKILL');
    const { code } = await child.ended;
    expect(code).toBe(0);
    expect((await comparisonIn('killed')).rows.map(({ failure }) => failure?.code)).toEqual([
      undefined,
      'SENSORIUM_OUT_OF_MEMORY',
      undefined,
    ]);
    const again = await sensorium(...args, '--set', 'training.epochs=60');
    expect(again.code).toBe(0);
    expect((await comparisonIn('killed')).rows.map(({ failure }) => failure)).toEqual([null, null, null]);
  });

  it.each([
    ['an unknown fusion', ['--fusions', 'concat,atention'], 'SENSORIUM_UNKNOWN_PLUGIN', 1],
    ['what is no list', ['--fusions', 'concat,{use'], 'SENSORIUM_USAGE', 2],
    ['no key', ['--over', 'concat'], 'SENSORIUM_USAGE', 2],
    ['a key twice', ['--over', 'fusion=concat', '--fusions', 'attention'], 'SENSORIUM_USAGE', 2],
    ['words for seeds', ['--fusions', 'concat', '--seeds', 'two'], 'SENSORIUM_USAGE', 2],
    ['nothing', [], 'SENSORIUM_USAGE', 2],
  ])('refuses %s before it trains', async (_, args, code, exit) => {
    const ended = await sensorium('compare', 'weather.yaml', ...args, '--out', 'refused', '--json');
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code } });
    expect(ended.code).toBe(exit);
    await expect(access(join(folder, 'refused'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('train --alone', () => {
  it('trains on one input', async () => {
    const { code, stdout } = await sensorium('train', 'weather.yaml', '--alone', 'wind', '--out', 'wind', '--json');
    expect(code).toBe(0);
    expect(Object.keys((JSON.parse(stdout) as { manifest: { inputs: object } }).manifest.inputs)).toEqual(['wind']);
  });

  it('says which inputs there are', async () => {
    const { stderr } = await sensorium('train', 'weather.yaml', '--alone', 'winds', '--out', 'winds');
    expect(stderr).toMatch(/there is no input "winds" that could be alone\. Did you mean "wind"\?\n.*sky, wind/);
  });
});

/** Waits for a file that another process writes. */
async function fileAppears(path: string): Promise<void> {
  const isThere = (): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  while (!(await isThere())) await setTimeout(20);
}
