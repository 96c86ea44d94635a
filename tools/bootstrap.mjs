// `npm run demo`, `npm run playground` and `npm test`, also on a fresh clone: installs and builds what is missing, then runs
// the task. Plain Node without dependencies, because nothing may be installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const oldestNode = [20, 19];

const nx = 'node_modules/nx/dist/bin/nx.js';
const tsc = 'node_modules/typescript/bin/tsc';
const vitest = 'node_modules/vitest/vitest.mjs';
const demo = 'packages/starter/dist/demo.js';
const vite = 'node_modules/vite/bin/vite.js';

/** Each task is a list of steps; a step is a title and the arguments of `node`. The last one gets the caller's own. */
const build = ['Building the packages', nx, 'run-many', '-t', 'build'];
const tasks = {
  demo: [build, ['Running the demo', demo]],
  playground: [
    ['Building the page', nx, 'run', '@sensorium/playground:bundle'],
    ['Serving the page', vite, 'preview', 'apps/playground'],
  ],
  test: [
    build,
    ['Checking the types of the packages', tsc, '-b'],
    ['Checking the types of the tests', tsc, '-p', 'tsconfig.test.json'],
    ['Running the tests', vitest, 'run'],
  ],
};

function main([name, ...extra]) {
  const steps = tasks[name];
  if (!steps) stop(`Usage: node tools/bootstrap.mjs ${Object.keys(tasks).join('|')} [arguments]`, 2);
  requireNode();
  if (!isInstalled()) install();
  for (const [title, ...args] of steps.slice(0, -1)) run(title, process.execPath, args);
  const [title, ...args] = steps.at(-1);
  run(title, process.execPath, [...args, ...extra]);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  stop(`Sensorium needs Node ${oldestNode.join('.')} or newer; this is Node ${process.versions.node}.`, 1);
}

/** Whether node_modules holds every package of the lockfile in its version. */
function isInstalled() {
  const installedLock = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const installed = lockedPackages(installedLock);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      !path.startsWith('node_modules/') || optional || (path in installed && installed[path].version === version),
  );
}

function lockedPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function install() {
  const title = 'Installing dependencies (npm ci)';
  const npm = process.env.npm_execpath;
  if (npm) run(title, process.execPath, [npm, 'ci']);
  else run(title, 'npm', ['ci'], { shell: process.platform === 'win32' });
}

/** Runs a command to its end, with its output shown; a failing one ends this process with the same exit code. */
function run(title, command, args, options) {
  console.log(`\n▸ ${title}`);
  const start = performance.now();
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (error) stop(`✗ ${title}: ${error.message}`, 1);
  if (signal) stop(`✗ ${title}: ended by ${signal} after ${seconds} s`, 1);
  if (status !== 0) stop(`✗ ${title}: failed after ${seconds} s (exit code ${status})`, status);
  console.log(`✓ ${title}: ${seconds} s`);
}

function stop(message, exitCode) {
  console.error(message);
  process.exit(exitCode);
}

main(process.argv.slice(2));
