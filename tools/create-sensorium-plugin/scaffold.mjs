import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { camelCase, kinds, pascalCase } from './names.mjs';
import { ownPackageJson, ownTsconfig, versions, workspacePackageJson, workspaceTsconfig } from './package-files.mjs';

const templates = fileURLToPath(new URL('templates', import.meta.url));
const { version: sensorium } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

const isTest = (path) => path.endsWith('.test.ts');

/** The files of a kind's template, by their paths, with the new plugin's name in place of the template's. */
function templateFiles({ kind, name, packageName }) {
  const folder = join(templates, kind);
  const fill = (text) =>
    text
      .replaceAll('NEW_PACKAGE', packageName)
      .replaceAll('new-plugin', name)
      .replaceAll('newPlugin', camelCase(name))
      .replaceAll('NewPlugin', pascalCase(name));
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
  return Object.fromEntries(paths.map((path) => [fill(path), fill(readFileSync(join(folder, path), 'utf8'))]));
}

const sourcesOf = (files) => {
  const all = Object.entries(files).filter(([path]) => path.endsWith('.ts'));
  return {
    sources: all.filter(([path]) => !isTest(path)).map(([, text]) => text),
    tests: all.filter(([path]) => isTest(path)).map(([, text]) => text),
  };
};

/** What the package says of itself: the first sentence of the template's README. */
const describe = ({ kind, name }) => `${kind[0].toUpperCase()}${kind.slice(1)} ${name} for Sensorium`;

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/**
 * The files of a package that its author publishes.
 *
 * @param {{ kind: string, name: string, packageName: string }} names
 * @returns {Record<string, string>}
 */
export function ownFiles(names) {
  const files = templateFiles(names);
  const description = describe(names);
  return {
    ...files,
    'package.json': json(
      ownPackageJson({ packageName: names.packageName, description, ...sourcesOf(files), sensorium }),
    ),
    'tsconfig.json': json(ownTsconfig),
    // The install script of onnxruntime-node, which the tests run on, downloads CUDA libraries; without a network it fails.
    '.npmrc': 'onnxruntime-node-install=skip\n',
    '.gitignore': 'node_modules/\ndist/\n',
  };
}

/** Where a package of this workspace lies. */
export const workspaceFolder = ({ kind, name }) => `packages/${kinds[kind]}/${name}`;

/** The files of a package in this workspace. */
export function workspaceFiles({ kind, name }) {
  const folder = workspaceFolder({ kind, name });
  const packageName = `@sensorium/${kind}-${name}`;
  const files = templateFiles({ kind, name, packageName });
  const own = { name: packageName, version: sensorium, description: describe({ kind, name }) };
  const versionOf = (dependency) => (dependency.startsWith('@sensorium/') ? sensorium : versions[dependency]);
  return {
    ...files,
    'package.json': json(workspacePackageJson({ folder, own, ...sourcesOf(files), versionOf })),
    'tsconfig.json': json(workspaceTsconfig(folder)),
  };
}

/** Writes files into a folder. Throws where that has something in it already; then nothing is written. */
export function writeFiles(folder, files) {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is there already.`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
