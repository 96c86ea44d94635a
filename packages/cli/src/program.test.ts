import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, sensorium } from './testing/sensorium.js';

const groups = {
  'Start here:': ['sample', 'init', 'check', 'train'],
  'Models:': ['run', 'evaluate', 'compare', 'export'],
  'Plugins:': ['plugins'],
  'This machine:': ['doctor', 'completion', 'help'],
};
const commands = Object.values(groups)
  .flat()
  .filter((command) => command !== 'help');

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-cli-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('help', () => {
  it('lists every command in its group, examples, variables and exit codes', async () => {
    const { code, stdout, stderr } = await sensorium(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const listed = Array.from(stdout.matchAll(/^([A-Z].*:)\n((?: .*\n)+)/gm), ([, heading = '', lines = '']) => [
      heading,
      Array.from(lines.matchAll(/^ {2}(\w+) /gm), ([, name]) => name),
    ]);
    expect(Object.fromEntries(listed)).toMatchObject(groups);
    expect(stdout).toContain('Examples:\n  sensorium sample scenes --out scenes');
    expect(stdout).toMatch(/SENSORIUM_CACHE[^]*NO_COLOR, FORCE_COLOR[^]*130 +interrupted/);
  });

  it('is what the command alone prints', async () => {
    expect(await sensorium([])).toEqual(await sensorium(['--help']));
  });

  it('fits into 80 columns where there is no terminal', async () => {
    for (const command of commands) {
      const [help = ''] = (await sensorium([command, '--help'])).stdout.split(/Examples?:/);
      for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it.each(commands)('of %s has an example and the global options', async (command) => {
    const { code, stdout } = await sensorium([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples?:\\n  .*sensorium ${command}`));
    expect(stdout).toContain('--json');
  });

  it('is no error for a reader that leaves early', async () => {
    const shell = `"${process.execPath}" "${bin}" train --help | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', shell]);
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  });

  it('loads nothing but the command line parser', async () => {
    const coverage = join(folder, 'coverage');
    await promisify(execFile)(process.execPath, [bin, '--help'], {
      env: { ...process.env, NODE_V8_COVERAGE: coverage },
    });
    const [report = ''] = await readdir(coverage);
    const { result } = JSON.parse(await readFile(join(coverage, report), 'utf8')) as { result: { url: string }[] };
    const packages = new Set(result.flatMap(({ url }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []));
    const workspace = result.filter(({ url }) => /packages\/(?!cli\/)/.test(url));
    expect([...packages]).toEqual(['commander']);
    expect(workspace).toEqual([]);
  });

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await sensorium(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

it('refuses a file for an answer that is text alone', async () => {
  const image = fileURLToPath(new URL('../../starter/samples/scene-1.png', import.meta.url));
  const inputs = ['--input', `image=${image}`, '--input', 'question=how many rings are there?'];
  const { code, stderr } = await sensorium(['run', 'starter', ...inputs, '--out', join(folder, 'answer.png')]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/no answer of this model is a picture[^]*--json/);
});

it('names an input that the model does not have before those that are missing', async () => {
  const { code, stderr } = await sensorium(['run', 'starter', '--input', 'img=x.png']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^SENSORIUM_UNKNOWN_INPUT[^]*"img"[^]*image, question/);
});

describe('a command line that is not understood ends with 2', () => {
  it.each([
    ['an unknown command, with the nearest one', ['trian'], /unknown command 'trian'[^]*Did you mean train\?/],
    [
      'an unknown option, with the nearest one',
      ['check', 'a.yaml', '--backnd', 'cpu'],
      /unknown option '--backnd'[^]*--backend/,
    ],
    ['a missing argument', ['run'], /missing required argument 'model'/],
    ['a missing option', ['train', 'a.yaml'], /required option '--out <folder>' not specified/],
    ['a choice that there is not', ['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
    ['too many arguments', ['check', 'a.yaml', 'b.yaml'], /too many arguments/],
    ['an input that is no pair', ['run', 'model', '--input', 'photo.jpg'], /Expected name=value/],
    [
      'a line that is too long',
      ['run', 'model', '--input', `question=${'q'.repeat(100_000)}`],
      /has 100024 bytes[^]*--data/,
    ],
    [
      'inputs that are not given equally often',
      ['run', 'model', ...['a=1', 'a=2', 'b=1', 'b=2', 'b=3'].flatMap((value) => ['--input', value])],
      /--input a is given 2 times, and --input b 3 times/,
    ],
    ['a table without a file for the answers', ['run', 'model', '--data', 'a.csv'], /--data needs --out/],
    ['tensors without a graph', ['run', 'model', '--tensors', 'a.json'], /--tensors is for a graph/],
    ['a seed that is no number', ['run', 'model', '--seed', 'x'], /Expected a whole number/],
    ['a sample and a table', ['run', 'model', '--input', 'a=1', '--data', 'a.csv'], /cannot be used with/],
    ['an override that is no pair', ['check', 'manifest.yaml', '--set', 'epochs'], /--set takes key=value/],
  ])('%s', async (_, args, message) => {
    await writeFile(
      join(folder, 'manifest.yaml'),
      'sensorium: 1\ninputs: { a: text }\nfusion: concat\nheads: { b: classification }\n',
    );
    const { code, stdout, stderr } = await sensorium(args, { cwd: folder });
    expect(stderr).toMatch(/^SENSORIUM_USAGE/);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('errors', () => {
  it('say what is wrong on stderr, without a stack', async () => {
    const { code, stdout, stderr } = await sensorium(['check', 'absent.yaml'], { cwd: folder });
    expect(stderr).toMatch(/^SENSORIUM_NOT_FOUND {2}absent\.yaml\n/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('come with a stack if asked', async () => {
    const { code, stderr } = await sensorium(['check', 'absent.yaml', '--debug'], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\s+at /m);
    expect(stderr).toMatch(/^SensoriumError: There is no such file/m);
    expect(stderr).not.toContain('_SensoriumError');
  });

  it('say what to type as it was typed', async () => {
    const typed = async (env: Readonly<Record<string, string>>): Promise<string> =>
      (await sensorium(['run', 'starter'], { env })).stderr;
    expect(await typed({})).toMatch(/^ {2}sensorium run starter --input image=… --input question=…$/m);
    expect(await typed({ npm_command: 'exec' })).toMatch(/^ {2}npx sensorium run starter --input image=…/m);
    const { stderr } = await sensorium(['trian'], { env: { npm_command: 'exec' } });
    expect(stderr).toContain('npx sensorium --help lists the commands.');
  });

  it.each([
    ['of a file', 1, ['evaluate', 'absent', '--data', 'absent.csv'], 'SENSORIUM_NOT_FOUND'],
    ['of the command line', 2, ['train'], 'SENSORIUM_USAGE'],
    ['of a model', 1, ['export', 'absent', '--out', 'x.onnx'], 'SENSORIUM_NOT_FOUND'],
  ])('%s are JSON if asked', async (_, exitCode, args, errorCode) => {
    const { code, stdout } = await sensorium([...args, '--json'], { cwd: folder });
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect({ code, errorCode: error.code }).toEqual({ code: exitCode, errorCode });
    expect(error.message).not.toBe('');
  });

  it.skipIf(process.platform !== 'linux').each([['plugins'], ['plugins --json']])(
    'of a full disk behind stdout are told: %s',
    (command) => {
      const { status, stderr } = spawnSync('sh', ['-c', `"$0" "$1" ${command} > /dev/full`, process.execPath, bin], {
        encoding: 'utf8',
      });
      expect(stderr).toContain('SENSORIUM_DISK_FULL');
      expect(status).toBe(1);
    },
  );
});

describe('colour', () => {
  const styled = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<boolean> => {
    const { stdout } = await sensorium(args, { env: { NO_COLOR: '', FORCE_COLOR: '', ...env } });
    return stdout !== stripVTControlCharacters(stdout);
  };

  it.each([['plugins'], ['--help']])(
    'is there where it is asked for, and never against the will: %s',
    async (command) => {
      expect(await styled([command], { FORCE_COLOR: '1' })).toBe(true);
      expect(await styled([command, '--no-color'], { FORCE_COLOR: '1' })).toBe(false);
      expect(await styled([command], { NO_COLOR: '1', FORCE_COLOR: '0' })).toBe(false);
    },
  );
});

describe('--quiet', () => {
  it('leaves results and errors alone', async () => {
    const noisy = ['check', 'absent.yaml', '--quiet'];
    expect((await sensorium(noisy, { cwd: folder })).stderr).toMatch(/^SENSORIUM_NOT_FOUND/);
    expect((await sensorium(['plugins', '-q'])).stdout).toBe((await sensorium(['plugins'])).stdout);
  });
});

describe('plugins', () => {
  it('lists the standard parts from any folder', async () => {
    const { code, stdout } = await sensorium(['plugins'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^encoder +image +@sensorium\/encoder-image +\d+\.\d+\.\d+ /m);
    expect(stdout).toMatch(/^head +classification /m);
  });

  it('gives the same as JSON', async () => {
    const { plugins } = JSON.parse((await sensorium(['plugins', '--json'], { cwd: folder })).stdout) as {
      plugins: { kind: string; name: string }[];
    };
    expect(plugins).toContainEqual(
      expect.objectContaining({ kind: 'fusion', name: 'attention', package: '@sensorium/fusion-attention' }),
    );
  });

  it('lists what can be loaded, and fails for what cannot', async () => {
    const broken = join(folder, 'broken');
    const plugin = join(broken, 'node_modules', 'sensorium-encoder-broken');
    await promisify(execFile)('mkdir', ['-p', plugin]);
    await writeFile(join(broken, 'package.json'), '{ "dependencies": { "sensorium-encoder-broken": "1" } }');
    await writeFile(
      join(plugin, 'package.json'),
      '{ "name": "sensorium-encoder-broken", "type": "module", "exports": "./a.js" }',
    );
    await writeFile(join(plugin, 'a.js'), 'throw new Error("out of order");');
    const { code, stdout, stderr } = await sensorium(['plugins'], { cwd: broken });
    expect(code).toBe(1);
    expect(stdout).toContain('@sensorium/encoder-image');
    expect(stderr).toMatch(/SENSORIUM_BAD_PLUGIN[^]*out of order/);
  });
});

describe('doctor', () => {
  it('knows versions, backends and the size of the cache', async () => {
    const cache = join(folder, 'cache');
    await promisify(execFile)('mkdir', ['-p', join(cache, 'inner')]);
    await writeFile(join(cache, 'inner', 'file'), new Uint8Array(1234));
    const { code, stdout } = await sensorium(['doctor', '--json'], { env: { SENSORIUM_CACHE: cache } });
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(report).toMatchObject({ machine: { node: process.version }, cache: { folder: cache, bytes: 1234 } });
    expect(report['backends']).toContainEqual({ name: 'cpu', available: true });
    expect(report['packages']).toContainEqual({ name: 'onnxruntime-node', version: expect.stringMatching(/^1\./) });
  });

  it('says the same in words, and keeps what drivers print to itself', async () => {
    const { code, stdout, stderr } = await sensorium(['doctor']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(process.version);
    expect(stdout).toMatch(/^cpu +yes$/m);
    expect(stdout).toMatch(/^sharp +\d/m);
  });

  it.skipIf(process.platform === 'win32')('outlives a driver that crashes', async () => {
    const crash = join(folder, 'crash.cjs');
    await writeFile(
      crash,
      `if (process.argv.slice(2).join() === 'probe,webgpu') process.kill(process.pid, 'SIGKILL');`,
    );
    const { code, stdout } = await sensorium(['doctor'], { env: { NODE_OPTIONS: `--require ${crash}` } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cpu +yes$/m);
    expect(stdout).toMatch(/^webgpu +no: trying it ended the process with the signal SIGKILL$/m);
  });
});
