// Writes what follows from the sources of the plugins' packages: their package.json (dependencies from imports), their
// tsconfig.json, and the tables of options in their READMEs, from the schemas. With --check it only compares, and fails where
// a file is out of date. Run after `npm run build`, and before `npm run references`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { workspacePackageJson, workspaceTsconfig } from './create-sensorium-plugin/package-files.mjs';
import { readJson, workspacePackages } from './workspaces.mjs';

const pluginFolder = /^packages\/(encoders|fusions|heads|modalities)\//;
const packages = workspacePackages();
const plugins = packages.filter(({ folder }) => pluginFolder.test(folder));
const ownVersions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
const { packages: locked } = readJson('package-lock.json');

/** The version that this repository is tested with. */
const versionOf = (name) => ownVersions.get(name) ?? locked[`node_modules/${name}`].version;

function sourcesIn(folder) {
  const paths = readdirSync(join(folder, 'src'), { recursive: true })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'));
  const isTest = (path) => path.endsWith('.test.ts') || path.startsWith('testing/');
  const read = (path) => readFileSync(join(folder, 'src', path), 'utf8');
  return {
    sources: paths.filter((path) => !isTest(path)).map(read),
    tests: paths.filter(isTest).map(read),
  };
}

async function expectedFiles({ folder, manifest }) {
  const tsconfig = join(folder, 'tsconfig.json');
  const { references } = existsSync(tsconfig) ? readJson(tsconfig) : { references: [] };
  const readme = join(folder, 'README.md');
  return {
    [join(folder, 'package.json')]: JSON.stringify(
      workspacePackageJson({ folder, own: manifest, ...sourcesIn(folder), versionOf }),
    ),
    [tsconfig]: JSON.stringify({ ...workspaceTsconfig(folder), references }),
    [readme]: withOptions(readFileSync(readme, 'utf8'), await optionTable(folder)),
  };
}

/** Rows of Markdown for the options of the plugin that a package exports; undefined for a modality, which has none. */
async function optionTable(folder) {
  if (folder.startsWith('packages/modalities/')) return undefined;
  const { optionRows } = await import(pathToFileURL('packages/testkit/dist/index.js').href);
  const exports = await import(pathToFileURL(join(folder, 'dist/index.js')).href);
  const plugin = Object.values(exports).find((value) => value?.specVersion !== undefined);
  const rows = optionRows(plugin).map((row) => `| ${row.join(' | ')} |`);
  return ['| option | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

const withOptions = (readme, table) =>
  table ? readme.replace(/^\| option .*\n(\|.*\n)+/m, () => `${table}\n`) : readme;

const stale = [];
for (const plugin of plugins) {
  for (const [file, text] of Object.entries(await expectedFiles(plugin))) {
    const formatted = await format(text, { ...(await resolveConfig(file)), filepath: file });
    if (!existsSync(file) || readFileSync(file, 'utf8') !== formatted) stale.push({ file, text: formatted });
  }
}

if (process.argv.includes('--check')) {
  for (const { file } of stale) console.error(`${file} does not follow from its sources, run: npm run plugin-packages`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const { file, text } of stale) writeFileSync(file, text);
}
console.log(
  `packages of plugins: ${plugins.length}, ${stale.length} files ${process.argv.includes('--check') ? 'out of date' : 'rewritten'}`,
);
