import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineFusion, SensoriumError, type PluginKind } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listPlugins } from './list-plugins.js';
import { createPluginResolver } from './resolver.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-plugins-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(dirname(createRequire(import.meta.url).resolve('zod/package.json')), join(folder, 'node_modules/zod'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(path: string, content: string | object): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

async function project(name: string, packageJson: object): Promise<string> {
  await write(`${name}/package.json`, { name, ...packageJson });
  return join(folder, name);
}

const source = (kind: string, name: string, rest = "specVersion: 'v1'"): string =>
  `export const ${name} = { ${rest}, kind: '${kind}', name: '${name}', modality: { decode() {}, show() {} }, ` +
  `options: z.strictObject({}), create: () => ({}) };\n`;

/** A package that is only for `import`, as many are. */
async function install(owner: string, name: string, code: string, packageJson: object = {}): Promise<void> {
  const at = `${owner}/node_modules/${name}`;
  await write(`${at}/package.json`, {
    name,
    version: '1.2.3',
    description: `About ${name}`,
    type: 'module',
    exports: { '.': { import: './dist/index.js' } },
    ...packageJson,
  });
  await write(`${at}/dist/index.js`, `import { z } from 'zod';\n${code}`);
}

const elsewhere = 'The option "from" of a program names other folders.';

async function failure(from: string[], kind: PluginKind, use: string): Promise<SensoriumError> {
  const error: unknown = await createPluginResolver({ from })
    .resolve(kind, use)
    .catch((reason: unknown) => reason);
  if (!SensoriumError.is(error)) throw new Error('no SensoriumError', { cause: error });
  return error;
}

describe('names', () => {
  let user: string;
  beforeAll(async () => {
    const names = [
      '@sensorium/encoder-image',
      'sensorium-encoder-image',
      'sensorium-encoder-lidar',
      '@acme/sensorium-encoder-radar',
      '@acme/sonar',
    ];
    user = await project('names', { dependencies: Object.fromEntries(names.map((name) => [name, '*'])) });
    for (const name of names) await install('names', name, source('encoder', 'plugin'));
    await install('names', 'sensorium-encoder-undeclared', source('encoder', 'undeclared'));
  });

  it.each([
    ['image', '@sensorium/encoder-image'],
    ['@sensorium/encoder-image', '@sensorium/encoder-image'],
    ['@sensorium/image', '@sensorium/encoder-image'],
    ['sensorium-encoder-image', 'sensorium-encoder-image'],
    ['lidar', 'sensorium-encoder-lidar'],
    ['@acme/radar', '@acme/sensorium-encoder-radar'],
    ['@acme/sensorium-encoder-radar', '@acme/sensorium-encoder-radar'],
    ['@acme/sonar', '@acme/sonar'],
  ])('%s is %s', async (use, expected) => {
    const found = await createPluginResolver({ from: [user] }).resolve('encoder', use);
    expect(found).toMatchObject({ package: expected, version: '1.2.3', plugin: { kind: 'encoder', name: 'plugin' } });
  });

  it.each([
    './x',
    '../x',
    '/x',
    'C:\\x',
    'file:///x.js',
    'node:fs',
    '..',
    '@acme/../x',
    '@acme/x/deep',
    'a b',
    '',
    'https://x.org/a.js',
  ])('refuses "%s"', async (use) => {
    const error = await failure([user], 'encoder', use);
    expect(error.code).toBe('SENSORIUM_UNKNOWN_PLUGIN');
    expect(error.message).toContain(`"${use}" is not the name of an npm package`);
  });

  it('loads nothing that is not a dependency, though it is installed', async () => {
    expect((await failure([user], 'encoder', 'undeclared')).code).toBe('SENSORIUM_UNKNOWN_PLUGIN');
  });

  it('says what is installed, what was probably meant, and how to install what is like nothing here', async () => {
    expect(await failure([user], 'encoder', 'imagee')).toMatchObject({
      message: 'There is no encoder "imagee" among the dependencies of the project. Did you mean "image"?',
      hint: `Known encoders: @acme/radar, image, lidar.\nSearched: the dependencies of ${user}. ${elsewhere}`,
    });
    expect((await failure([user, user], 'fusion', 'gated')).hint).toBe(
      'There are no fusions.\n' +
        '"gated" is looked for as @sensorium/fusion-gated or sensorium-fusion-gated. To add a package: npm install PACKAGE\n' +
        `Searched: the dependencies of ${user}. ${elsewhere}`,
    );
    expect((await failure(['/', user], 'fusion', 'gated')).hint).toContain(
      `Searched: the dependencies of / (it has no package.json), ${user}.`,
    );
    expect(await failure([], 'fusion', 'gated')).toMatchObject({
      code: 'SENSORIUM_UNKNOWN_PLUGIN',
      message: 'There is no fusion "gated" among the plugins at hand.',
    });
  });

  it('says that a dependency is not installed', async () => {
    const at = await project('bare', { devDependencies: { '@sensorium/encoder-image': '*' } });
    expect(await failure([at], 'encoder', 'image')).toMatchObject({
      code: 'SENSORIUM_UNKNOWN_PLUGIN',
      message:
        'The encoder "image" is not installed: package.json names @sensorium/encoder-image, but it is in no node_modules.',
      hint: 'npm install',
    });
  });
});

describe('projects', () => {
  it('looks at the user first, then at the host, and upwards from a file', async () => {
    const user = await project('user', { peerDependencies: { 'sensorium-head-own': '*' } });
    const host = await project('host', {
      optionalDependencies: { 'sensorium-head-own': '*' },
      dependencies: { 'sensorium-head-theirs': '*' },
    });
    await install('user', 'sensorium-head-own', source('head', 'own'), { version: '1.0.0' });
    await install('host', 'sensorium-head-own', source('head', 'own'), { version: '2.0.0' });
    await install('host', 'sensorium-head-theirs', source('head', 'theirs'));
    await mkdir(join(user, 'deep'), { recursive: true });
    await writeFile(join(user, 'deep/main.js'), '');
    const from = [join(user, 'deep/main.js'), pathToFileURL(join(host, 'package.json'))];
    const resolver = createPluginResolver({ from });
    expect((await resolver.resolve('head', 'own')).version).toBe('1.0.0');
    expect((await resolver.resolve('head', 'theirs')).version).toBe('1.2.3');
    expect((await createPluginResolver({ from: from.toReversed() }).resolve('head', 'own')).version).toBe('2.0.0');
  });

  it.each([
    ['a string', { exports: './dist/index.js' }],
    [
      'nested conditions',
      { exports: { node: { require: './none.cjs', import: './dist/index.js' }, default: './none.js' } },
    ],
    ['main', { exports: undefined, main: 'dist/index.js' }],
    ['a folder as main', { exports: undefined, main: 'dist' }],
  ])('finds the entry of a package by %s', async (name, packageJson) => {
    const owner = `entry of ${name}`;
    const at = await project(owner, { dependencies: { 'sensorium-fusion-entry': '*' } });
    await install(owner, 'sensorium-fusion-entry', source('fusion', 'entry'), packageJson);
    expect((await createPluginResolver({ from: [at] }).resolve('fusion', 'entry')).plugin.name).toBe('entry');
  });

  it('finds what npm has linked', async () => {
    const at = await project('linking', { dependencies: { 'sensorium-fusion-linked': 'file:../elsewhere' } });
    await install('elsewhere', 'sensorium-fusion-linked', source('fusion', 'linked'));
    await mkdir(join(at, 'node_modules'));
    await symlink(
      join(folder, 'elsewhere/node_modules/sensorium-fusion-linked'),
      join(at, 'node_modules/sensorium-fusion-linked'),
    );
    expect((await createPluginResolver({ from: [at] }).resolve('fusion', 'linked')).plugin.name).toBe('linked');
  });

  it('refuses a package.json that is none', async () => {
    await write('broken/package.json', '{');
    expect(await failure([join(folder, 'broken')], 'head', 'x')).toMatchObject({
      code: 'SENSORIUM_IO',
      location: { file: join(folder, 'broken/package.json') },
    });
  });
});

describe('exports', () => {
  const cases: readonly (readonly [name: string, code: string, message: RegExp])[] = [
    ['nothing', '', /does not export a plugin of the kind encoder; it exports nothing\./],
    ['functions', 'export const build = () => 1;', /it exports only build, none of them a plugin\./],
    ['another-kind', source('fusion', 'gated'), /it exports the fusion "gated"\./],
    [
      'two',
      source('encoder', 'one') + source('encoder', 'other'),
      /does not export one called "two"; it exports the encoder "one", the encoder "other"\./,
    ],
    [
      'future',
      source('encoder', 'future', "specVersion: 'v2'"),
      /is written for version v2 of the plugin contract; this Sensorium knows v1\./,
    ],
    [
      'nameless',
      "export const p = { specVersion: 'v1', kind: 'encoder' };",
      /The encoder of sensorium-encoder-nameless has no name\./,
    ],
    ['idle', "export const p = { specVersion: 'v1', kind: 'encoder', name: 'p' };", /has no function "create"\./],
    [
      'loose',
      "export const p = { specVersion: 'v1', kind: 'encoder', name: 'p', create() {}, options: {} };",
      /has "options" that are no zod 4 object\./,
    ],
    [
      'sightless',
      "export const p = { specVersion: 'v1', kind: 'encoder', name: 'p', create() {}, options: z.strictObject({}) };",
      /has no modality with the functions "decode" and "show"\./,
    ],
    [
      'older',
      "export const p = { specVersion: 'v1', kind: 'encoder', name: 'p', modality: 'smell', create() {}, options: z.object({}) };",
      /names its modality "smell"; a modality is a value, such as the one of @sensorium\/modality-smell\./,
    ],
    ['throwing', "throw new Error('no luck');", /is installed in .*, but cannot be loaded: no luck/],
    ['incomplete', "import 'not-there';", /cannot be loaded: Cannot find package 'not-there'/],
  ];

  let at: string;
  beforeAll(async () => {
    at = await project('exporting', {
      dependencies: Object.fromEntries(
        [...cases.map(([name]) => name), 'shut'].map((name) => [`sensorium-encoder-${name}`, '*']),
      ),
    });
    for (const [name, code] of cases) await install('exporting', `sensorium-encoder-${name}`, code);
    await install('exporting', 'sensorium-encoder-shut', '', { exports: { './other': './dist/index.js' } });
  });

  it.each(cases)('refuses a package that exports: %s', async (name, _, message) => {
    const error = await failure([at], 'encoder', name);
    expect(error.code).toBe('SENSORIUM_BAD_PLUGIN');
    expect(error.message).toMatch(message);
  });

  it('refuses a package without an entry', async () => {
    expect((await failure([at], 'encoder', 'shut')).code).toBe('SENSORIUM_BAD_PLUGIN');
  });

  it('chooses by kind, then by name', async () => {
    const many = await project('many', { dependencies: { 'sensorium-head-both': '*' } });
    await install(
      'many',
      'sensorium-head-both',
      source('encoder', 'both_') + source('head', 'first') + source('head', 'both'),
    );
    expect((await createPluginResolver({ from: [many] }).resolve('head', 'both')).plugin.name).toBe('both');
  });
});

describe('plugins given directly', () => {
  const mine = defineFusion({
    specVersion: 'v1',
    name: 'mine',
    options: z.strictObject({}),
    create: () => ({ build: (_scope, given) => Object.values(given)[0]! }),
  });

  it.each([
    ['mine', '@sensorium/fusion-mine'],
    ['@sensorium/fusion-mine', '@sensorium/fusion-mine'],
    ['@acme/sensorium-fusion-mine', '@acme/sensorium-fusion-mine'],
  ])('come first, as %s', async (use, name) => {
    const found = await createPluginResolver({ plugins: [mine] }).resolve('fusion', use);
    expect(found).toEqual({ plugin: mine, package: name, version: undefined });
    expect(found.plugin).toBe(mine);
  });

  it('are of their kind only, and are suggested', async () => {
    const resolver = createPluginResolver({ plugins: [mine] });
    await expect(resolver.resolve('head', 'mine')).rejects.toMatchObject({ code: 'SENSORIUM_UNKNOWN_PLUGIN' });
    await expect(resolver.resolve('fusion', 'mime')).rejects.toMatchObject({
      message: expect.stringContaining('Did you mean "mine"?'),
    });
    await expect(resolver.resolve('fusion', './mine')).rejects.toMatchObject({ code: 'SENSORIUM_UNKNOWN_PLUGIN' });
  });

  it('are checked as installed ones are', () => {
    const given = (plugin: object) => createPluginResolver({ plugins: [mine, plugin as typeof mine] });
    expect(() => given({ ...mine, name: 'old', modality: 'text' })).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_BAD_PLUGIN',
        message: expect.stringMatching(
          /^Number 2 of the plugins at hand \(the fusion "old"\) names its modality "text"/,
        ),
      }),
    );
    expect(() => given({ name: 'x' })).toThrow('Number 2 of the plugins at hand is none');
  });

  it('have each their own name', () => {
    expect(() => createPluginResolver({ plugins: [mine, { ...mine }] })).toThrow('The fusion "mine" is given twice.');
  });
});

describe('listPlugins', () => {
  it('lists all plugins of all projects, loads nothing else, and tells what is broken', async () => {
    const user = await project('listing', {
      dependencies: { 'sensorium-head-listed': '*', '@acme/keyword': '*', bystander: '*', 'sensorium-fusion-bad': '*' },
    });
    const host = await project('listing-host', {
      dependencies: { 'sensorium-head-listed': '*', 'sensorium-fusion-host': '*', zod: '*' },
    });
    await install('listing', 'sensorium-head-listed', source('head', 'listed'));
    await install('listing', '@acme/keyword', source('encoder', 'left') + source('encoder', 'right'), {
      keywords: ['sensorium-plugin'],
    });
    await install('listing', 'bystander', "throw new Error('loaded');");
    await install('listing', 'sensorium-fusion-bad', source('fusion', 'bad', "specVersion: 'v9'"));
    await install('listing-host', 'sensorium-fusion-host', source('fusion', 'host'));
    await install('listing-host', 'sensorium-head-listed', source('head', 'listed'), { version: '9.9.9' });
    const { plugins, problems } = await listPlugins([user, host]);
    expect(plugins.map(({ plugin, ...rest }) => rest)).toEqual([
      { package: '@acme/keyword', version: '1.2.3', kind: 'encoder', name: 'left', description: 'About @acme/keyword' },
      {
        package: '@acme/keyword',
        version: '1.2.3',
        kind: 'encoder',
        name: 'right',
        description: 'About @acme/keyword',
      },
      {
        package: 'sensorium-fusion-host',
        version: '1.2.3',
        kind: 'fusion',
        name: 'host',
        description: 'About sensorium-fusion-host',
      },
      {
        package: 'sensorium-head-listed',
        version: '1.2.3',
        kind: 'head',
        name: 'listed',
        description: 'About sensorium-head-listed',
      },
    ]);
    expect(problems.map(({ code }) => code)).toEqual(['SENSORIUM_BAD_PLUGIN']);
    expect(problems[0]?.message).toContain('sensorium-fusion-bad');
  });
});
