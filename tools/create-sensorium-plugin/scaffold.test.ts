import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { versions } from './package-files.mjs';

const bin = fileURLToPath(new URL('bin.mjs', import.meta.url));
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-new-'));
  folders.push(folder);
  return folder;
}

function create(cwd: string, ...args: string[]): { output: string; code: number } {
  try {
    const output = execFileSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8', stdio: 'pipe' });
    return { output, code: 0 };
  } catch (error) {
    const { stdout, stderr, status } = error as { stdout: string; stderr: string; status: number };
    return { output: stdout + stderr, code: status };
  }
}

describe('create-sensorium-plugin', () => {
  it('writes a package that names all that its sources import', () => {
    const folder = temporary();
    expect(create(folder, 'head', '@acme/unit-price').output).toContain('@acme/sensorium-head-unit-price is in');
    const read = (file: string): string => readFileSync(join(folder, 'sensorium-head-unit-price', file), 'utf8');
    const { name, dependencies, peerDependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >;
    expect(name).toBe('@acme/sensorium-head-unit-price');
    expect(Object.keys(dependencies!)).toEqual([
      '@sensorium/contracts',
      '@sensorium/graph',
      '@sensorium/modality-number',
    ]);
    expect(peerDependencies).toEqual({ zod: '^4.0.0' });
    expect(Object.keys(devDependencies!)).toEqual(['@sensorium/testkit', 'zod', '@types/node', 'typescript', 'vitest']);
    expect(read('src/unit-price.ts')).toContain(
      "export const unitPrice = defineHead({\n  specVersion: 'v1',\n  name: 'unit-price'",
    );
    expect(read('src/unit-price.ts')).toContain('export interface UnitPricePrediction');
    for (const file of ['README.md', 'src/index.ts', 'src/unit-price.ts', 'src/unit-price.test.ts']) {
      expect(read(file)).not.toMatch(/new-?plugin|NEW_PACKAGE/i);
    }
  });

  it('asks for the versions that this repository is tested with', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { version: string }>;
    };
    for (const [name, version] of Object.entries(versions)) {
      expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
    }
  });

  it.each([
    ['another kind', ['lens', 'gated'], '"lens" is no kind of plugin'],
    ['a path as a name', ['fusion', '../gated'], '"../gated" is no name'],
    ['capital letters', ['fusion', 'Gated'], '"Gated" is no name'],
  ])('refuses %s', (_, args, message) => {
    const { output, code } = create(temporary(), ...args);
    expect(code).toBe(1);
    expect(output).toContain(message);
  });

  it('explains itself, and shows an example', () => {
    expect(create(temporary(), '--help')).toMatchObject({ code: 0, output: expect.stringContaining('fusion gated') });
    expect(create(temporary(), 'fusion')).toMatchObject({ code: 2 });
  });

  it('leaves a folder as it is that has something in it', () => {
    const folder = temporary();
    create(folder, 'fusion', 'gated');
    const file = join(folder, 'sensorium-fusion-gated/src/gated.ts');
    writeFileSync(file, 'mine');
    expect(create(folder, 'fusion', 'gated')).toMatchObject({
      code: 1,
      output: expect.stringContaining('there already'),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});
