import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin } from './testing/sensorium.js';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');

const blocks = (language: string): string[] =>
  Array.from(readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs')), ([, block = '']) => block);
const commands = blocks('sh')
  .flatMap((block) => block.split('\n'))
  .filter((line) => line.startsWith('npx sensorium '));

const colours = { red: { r: 220, g: 30, b: 30 }, blue: { r: 30, g: 30, b: 220 } };
const rows = 40;

/** What the README says that a program's package.json lists. */
const listed = /`package\.json` lists: (.*?)\. \(/s.exec(readme)?.[1]?.match(/@sensorium\/[\w-]+/g) ?? [];

/** A project that depends on Sensorium, with the files that the README speaks of. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'sensorium-readme-'));
  const dependencies = Object.fromEntries(listed.map((name) => [name, '*']));
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
  for (const [colour, background] of Object.entries(colours)) {
    const picture = sharp({ create: { width: 64, height: 64, channels: 3, background } });
    await picture.png().toFile(join(project, `${colour}.png`));
    if (colour === 'red') await picture.png().toFile(join(project, '432.png'));
  }
  const names = Object.keys(colours);
  const table = Array.from({ length: rows }, (_, row) => names[row % names.length]!).map(
    (colour) => `${colour}.png,what color is the shape?,${colour}`,
  );
  for (const file of ['train.csv', 'test.csv']) {
    await writeFile(join(project, file), ['image,question,answer', ...table, ''].join('\n'));
  }
  const [manifest = ''] = blocks('yaml');
  await writeFile(join(project, /^# (\S+\.yaml)$/m.exec(manifest)?.[1] ?? 'unnamed.yaml'), manifest);
});
afterAll(() => rm(project, { recursive: true, force: true }));

async function run(file: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, SENSORIUM_CACHE: join(project, 'cache') };
  const { stdout } = await execute(file, args, { cwd: project, env });
  return stdout;
}

/** One epoch is enough to see that a command works. */
const shortened = (command: string): string =>
  command.replace('npx sensorium train', 'npx sensorium train --set training.epochs=1');

/** Runs as Node does what the README shows: Node 20 knows no `await using` yet. */
async function runExample(name: string, example: string): Promise<string> {
  const { outputText } = ts.transpileModule(example, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  await mkdir(join(project, 'examples'), { recursive: true });
  await writeFile(join(project, 'examples', name), outputText);
  return run(process.execPath, [join('examples', name)]);
}

describe('the README', () => {
  it('has commands and examples', () => {
    expect([commands.length, blocks('ts').length]).toEqual([4, 3]);
  });

  it.each(commands)('has a command that works: %s', async (command) => {
    const line = shortened(command).replace('npx sensorium', '"$0" "$1"');
    expect(await run('sh', ['-c', line, process.execPath, bin])).not.toBe('');
  });

  it('trains and answers in TypeScript', async () => {
    const [example = ''] = blocks('ts');
    expect(await runExample('train.js', example)).toMatch(/^(red|blue) (0\.\d+|1)$/m);
  });

  it('trains on rows in memory', async () => {
    const [, , example = ''] = blocks('ts');
    expect(await runExample('rows.js', example)).toMatch(/^(good|bad)$/m);
  });

  it('opens the model with ONNX Runtime alone, which finds the names it says', async () => {
    const [, example = ''] = blocks('ts');
    const printed = await runExample('open.js', example);
    const names =
      /\/\/ (.*) → (.*)$/m
        .exec(example)
        ?.slice(1)
        .flatMap((list) => list.split(', ')) ?? [];
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(printed).toContain(`'${name}'`);
  });
});
