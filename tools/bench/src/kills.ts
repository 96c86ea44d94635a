import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@sensorium/data';
import { writeNoisePictures } from './noise-pictures.js';
import { inScratch } from './scratch.js';
import type { Workload } from './workload.js';

const training = { epochs: 6, batchSize: 8, validation: 0.2 } as const;
const pictures = { count: 48, size: 16 } as const;

/** A process that trains, or goes on, and says in which phase it is; its arguments are a manifest and a folder. */
const program = `
  const [{ train }, ...parts] = await Promise.all(
    ['trainer', 'encoder-image', 'encoder-text', 'fusion-attention', 'head-classification'].map(
      (name) => import('@sensorium/' + name),
    ),
  );
  const [image, text, fusion, head] = parts;
  const [manifest, out] = process.argv.slice(-2);
  await train(manifest, {
    out,
    resume: true,
    from: [],
    plugins: [image.image, text.text, fusion.attention, head.classification],
    onProgress: ({ phase }) => void process.stdout.write(phase + '\\n'),
  });
`;
/** Where the program's packages are found from. */
const here = fileURLToPath(new URL('..', import.meta.url));

interface Run {
  /** null where it was killed. */
  readonly code: number | null;
  /** The last one that it told. */
  readonly phase: string;
  readonly seconds: number;
}

interface Kill {
  /** Of the process, from its start. */
  readonly milliseconds: number;
  readonly phase: string;
}

/** A training that was killed some times, and then went on to its end. */
interface Killed {
  readonly kills: readonly Kill[];
  readonly isIdentical: boolean;
}

/**
 * Kills a short training at moments drawn from the seed and starts it again, with the same command, until it is done. The
 * first quarter of the kills hits a training each, which then goes on to its end; the others hit the same training again and
 * again, until one is drawn so late that it is done before. Fails where a folder holds other files, or a model differs by a byte, than without a kill.
 */
export const kills: Workload = {
  description: 'SIGKILL at random moments of a training with augmentation, and the model of the resumed one; cpu',
  async run({ seed, kills: wanted, save }) {
    return inScratch('kills', async (folder) => {
      await writeNoisePictures(folder, { ...pictures, seed });
      const singles = Math.ceil(wanted / 4);
      const trainings = new Trainings(folder, seed);
      await trainings.begin();
      const groups: Record<'single' | 'chained', Killed[]> = { single: [], chained: [] };
      const plan = [
        ['single', singles, 1],
        ['chained', wanted - singles, Infinity],
      ] as const;
      for (const [name, count, mostEach] of plan) {
        for await (const killed of trainings.killed(count, mostEach)) {
          groups[name].push(killed);
          await save(resultOf(groups, trainings.seconds));
        }
      }
      const result = resultOf(groups, trainings.seconds);
      return { table: tableOf(result), result, failed: Object.values(groups).flat().some(isOther) };
    });
  },
};

class Trainings {
  private readonly manifest: string;
  private readonly random;
  private whole: Readonly<Record<string, string>> = {};
  private count = 0;
  /** Of the training that nobody kills. */
  seconds = 0;

  constructor(
    private readonly folder: string,
    seed: number,
  ) {
    this.manifest = join(folder, 'manifest.json');
    this.random = createRandom(seed, 'kills');
  }

  /** The training that nobody kills. */
  async begin(): Promise<void> {
    const manifest = {
      sensorium: 1,
      inputs: {
        picture: { encoder: 'image', size: 16, dim: 16, channels: 8, augment: { flip: 'both', crop: 0.1 } },
        question: { encoder: 'text', dim: 16, heads: 2, missing: 'learned' },
      },
      fusion: { use: 'attention', dim: 16, heads: 2, layers: 1, dropout: 0.1 },
      heads: { answer: 'classification' },
      training,
      data: { train: 'train.csv' },
    };
    await writeFile(this.manifest, JSON.stringify(manifest));
    const out = await this.fresh();
    this.seconds = (await this.run(out)).seconds;
    this.whole = await contentsOf(out);
  }

  /** Trainings with so many kills in all, and at most so many each. */
  async *killed(wanted: number, mostEach: number): AsyncGenerator<Killed> {
    for (let left = wanted; left > 0;) {
      const killed = await this.oneKilled(Math.min(left, mostEach));
      left -= killed.kills.length;
      yield killed;
    }
  }

  private async oneKilled(most: number): Promise<Killed> {
    const out = await this.fresh();
    const kills: Kill[] = [];
    for (;;) {
      const isSpared = kills.length === most;
      const milliseconds = this.random.uniform() * this.seconds * 1000;
      const { code, phase } = await this.run(out, isSpared ? undefined : milliseconds);
      if (code === 0) break;
      kills.push({ milliseconds: Math.round(milliseconds), phase });
      process.stderr.write('.');
    }
    const contents = await contentsOf(out);
    const isIdentical = JSON.stringify(contents) === JSON.stringify(this.whole);
    await rm(out, { recursive: true });
    return { kills, isIdentical };
  }

  /** A folder for a training, and a cache of its own. */
  private async fresh(): Promise<string> {
    const name = join(this.folder, String(this.count++));
    process.env['SENSORIUM_CACHE'] = `${name}-cache`;
    await mkdir(name);
    return name;
  }

  /** Starts the training, or goes on with it. Throws where it fails by itself. */
  private async run(out: string, killAfter?: number): Promise<Run> {
    const start = performance.now();
    const args = ['--input-type=module', '--eval', program, this.manifest, out];
    const child = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] });
    let phase = 'start';
    createInterface(child.stdout).on('line', (line) => (phase = line));
    const errors = text(child.stderr);
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(timer);
    if (code !== 0 && signal !== 'SIGKILL') throw new Error(`a training failed in ${phase}: ${await errors}`);
    return { code, phase, seconds: (performance.now() - start) / 1000 };
  }
}

/** Of a model's folder: every name, and the bytes of what a model is made of. Reports tell how long it took. */
async function contentsOf(out: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const name of (await readdir(out)).sort()) {
    const isModel = /^manifest\.json$|\.onnx$/.test(name);
    contents[name] = isModel ? (await readFile(join(out, name))).toString('base64') : '';
  }
  return contents;
}

const isOther = ({ isIdentical }: Killed): boolean => !isIdentical;

type Groups = Readonly<Record<'single' | 'chained', readonly Killed[]>>;

function resultOf({ single, chained }: Groups, seconds: number) {
  const kills = [...single, ...chained].flatMap((killed) => killed.kills);
  const groups = { single: summaryOf(single), chained: summaryOf(chained) };
  return { seconds, training, pictures, groups, phases: phasesOf(kills), kills };
}

const summaryOf = (group: readonly Killed[]): Readonly<Record<string, number>> => ({
  kills: group.reduce((sum, { kills: some }) => sum + some.length, 0),
  trainings: group.length,
  identical: group.length - group.filter(isOther).length,
  mostInARow: Math.max(0, ...group.map(({ kills: some }) => some.length)),
});

const tableOf = ({ groups, phases }: ReturnType<typeof resultOf>): string[][] => [
  ['', 'kills', 'trainings', 'identical', 'in a row'],
  ...Object.entries(groups).map(([name, group]) => [name, ...Object.values(group).map(String)]),
  ['killed in', ...Object.keys(phases)],
  ['', ...Object.values(phases).map(String)],
];

function phasesOf(all: readonly Kill[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { phase } of all) counts[phase] = (counts[phase] ?? 0) + 1;
  return counts;
}
