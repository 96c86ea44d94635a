#!/usr/bin/env node
// `npm create sensorium-plugin -- fusion gated` writes a package whose tests are green; in the workspace of Sensorium itself
// it is `npm run new -- fusion gated`.
import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { kinds, parseNames } from './names.mjs';
import { ownFiles, workspaceFiles, workspaceFolder, writeFiles } from './scaffold.mjs';

const help = `Writes a new Sensorium plugin, with its README and its tests.

  npm create sensorium-plugin -- KIND NAME [FOLDER]

  KIND    ${Object.keys(kinds).join(', ')}
  NAME    gated, cross-attention, or @acme/gated for a package of a scope
  FOLDER  by default called like the package: sensorium-fusion-gated

  npm create sensorium-plugin -- fusion gated
`;

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, workspace: { type: 'boolean' } },
  });
  const [kind, name, folder] = positionals;
  if (values.help) return console.log(help);
  if (kind === undefined || name === undefined) {
    console.error(help);
    process.exitCode = 2;
    return;
  }
  const names = parseNames(kind, name);
  if (values.workspace) inWorkspace(names);
  else onItsOwn(names, folder ?? basename(names.packageName));
}

function onItsOwn(names, folder) {
  writeFiles(folder, ownFiles(names));
  console.log(`${names.packageName} is in ${folder}. Now:

  cd ${folder}
  npm install
  npm test        the conformance suite, green; then write your own
`);
}

/** Beside the files, npm has to link the package, and TypeScript's references have to name it. */
function inWorkspace(names) {
  const folder = workspaceFolder(names);
  writeFiles(folder, workspaceFiles(names));
  const run = (command, ...args) =>
    execFileSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  run('npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund');
  run(process.execPath, join('tools', 'references.mjs'));
  console.log(`\n${folder} is ready. Its tests: npx vitest run ${folder}`);
}

try {
  main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
