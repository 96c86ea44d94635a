// Writes the project references of every tsconfig.json from the dependencies in its package.json, so that `tsc -b`
// builds in the right order. With --check it only compares, and fails where a file is out of date.
//
// Development dependencies are left out: only tests use them, and those are checked by tsconfig.test.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import { readJson, workspacePackages } from './workspaces.mjs';

const packages = workspacePackages().filter(({ folder }) => folder.startsWith('packages/'));
const folderOf = new Map(packages.map(({ folder, manifest }) => [manifest.name, folder]));

function dependencyFolders({ dependencies, peerDependencies }) {
  return Object.keys({ ...dependencies, ...peerDependencies }).flatMap((name) => folderOf.get(name) ?? []);
}

async function withReferences(folder, targets) {
  const file = posix.join(folder, 'tsconfig.json');
  const references = targets.sort().map((target) => ({ path: posix.relative(folder, target) }));
  const text = JSON.stringify({ ...readJson(file), references });
  return { file, text: await format(text, { ...(await resolveConfig(file)), filepath: file }) };
}

const files = await Promise.all([
  withReferences('.', [...folderOf.values()]),
  ...packages.map(({ folder, manifest }) => withReferences(folder, dependencyFolders(manifest))),
]);
const stale = files.filter(({ file, text }) => readFileSync(file, 'utf8') !== text);

if (process.argv.includes('--check')) {
  for (const { file } of stale) console.error(`${file}: references are out of date, run: npm run references`);
  if (stale.length > 0) process.exit(1);
} else {
  for (const { file, text } of stale) writeFileSync(file, text);
}
console.log(
  `project references: ${files.length} files, ${stale.length} ${process.argv.includes('--check') ? 'out of date' : 'rewritten'}`,
);
