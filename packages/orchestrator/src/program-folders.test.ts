import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
let module: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sensorium-program-')));
  const source = await readFile(fileURLToPath(new URL('./program-folders.ts', import.meta.url)), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  module = join(folder, 'program-folders.mjs');
  await writeFile(module, outputText);
});
afterAll(() => rm(folder, { recursive: true }));

const program = (): string =>
  `import { programFolders } from ${JSON.stringify(pathToFileURL(module).href)};
   console.log(JSON.stringify(programFolders()));`;

async function foldersOf(args: readonly string[], cwd: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
  return (JSON.parse(stdout) as string[]).map((url) => fileURLToPath(url));
}

async function writeScript(path: string): Promise<string> {
  const script = join(folder, path);
  await mkdir(dirname(script), { recursive: true });
  await writeFile(script, program());
  return script;
}

describe('a program looks for plugins', () => {
  it('where it is started, and where its main script is', async () => {
    const script = await writeScript('app/dist/main.mjs');
    expect(await foldersOf([script], '/')).toEqual(['/', script]);
  });

  it('where the script really is', async () => {
    const script = await writeScript('releases/7/main.mjs');
    await symlink(join(folder, 'releases/7'), join(folder, 'current'));
    expect(await foldersOf([join(folder, 'current/main.mjs')], '/')).toEqual(['/', script]);
  });

  it('in the project around, where the script is a tool of node_modules', async () => {
    const script = await writeScript('host/node_modules/.pnpm/tool@1/node_modules/tool/bin.mjs');
    expect(await foldersOf([script], '/')).toEqual(['/', script, `${join(folder, 'host')}/`]);
  });

  it('where it is started alone, where it has no script', async () => {
    expect(await foldersOf(['--input-type=module', '--eval', program()], folder)).toEqual([folder]);
    expect(await foldersOf(['--input-type=module', '--eval', program(), 'x.mjs'], folder)).toEqual([folder]);
  });
});
