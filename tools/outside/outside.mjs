// What strangers do, outside this workspace, with the packages as npm would publish them: write plugins with
// create-sensorium-plugin, check their types and run their conformance suites, train on a modality that the core has never
// heard of, run the model in Node and on a page. All with another patch of zod than ours. Run after `npm run build`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { readJson, workspacePackages } from '../workspaces.mjs';

/** Near the beginning of the range that our packages accept. */
const ZOD = '4.0.17';
const kinds = ['modality', 'encoder', 'fusion', 'head'];

const workspace = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'sensorium-outside-'));

const run = (command, args, cwd = project) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const node = (...args) => run(process.execPath, args);

try {
  cpSync(fileURLToPath(new URL('project', import.meta.url)), project, { recursive: true });
  step('packs all packages', packAll);
  step('writes a plugin of each kind', () => kinds.forEach(createPlugin));
  step(`installs them with zod ${ZOD}`, install);
  for (const kind of kinds) step(`checks the types of the new ${kind}, and runs its suite`, () => tryPlugin(kind));
  const told = step('trains on motions and runs the model in Node', trainMotions);
  await stepAsync('runs the model on a page', () => runOnPage(told));
  console.log('outside: all passed');
} finally {
  rmSync(project, { recursive: true, force: true });
}

function step(title, work) {
  const start = performance.now();
  const result = work();
  console.log(`✓ ${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

async function stepAsync(title, work) {
  const start = performance.now();
  await work();
  console.log(`✓ ${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** The tarballs of all published packages become this project's dependencies, so that none comes from the registry. */
function packAll() {
  const published = workspacePackages().filter(({ manifest }) => !manifest.private);
  const workspaces = published.map(({ folder }) => `--workspace=${folder}`);
  const packed = JSON.parse(run('npm', ['pack', '--json', `--pack-destination=${project}`, ...workspaces], workspace));
  const { devDependencies } = readJson('package.json');
  const tools = ['vitest', 'typescript', '@types/node'];
  const manifest = {
    name: 'outside',
    private: true,
    type: 'module',
    workspaces: kinds.map(folderOf),
    dependencies: {
      ...Object.fromEntries(packed.map(({ name, filename }) => [name, `file:./${basename(filename)}`])),
      zod: ZOD,
    },
    devDependencies: Object.fromEntries(tools.map((name) => [name, devDependencies[name]])),
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(project, '.npmrc'), 'onnxruntime-node-install=skip\n');
}

function folderOf(kind) {
  return `sensorium-${kind}-stranger`;
}

function createPlugin(kind) {
  node(join(workspace, 'tools/create-sensorium-plugin/bin.mjs'), kind, 'stranger', folderOf(kind));
}

function install() {
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']);
  const installed = JSON.parse(run('npm', ['ls', 'zod', '--json', '--all']));
  const versions = new Set(JSON.stringify(installed).match(/(?<="zod":\{"version":")[^"]+/g));
  assert.deepEqual([...versions], [ZOD], 'there is one copy of zod');
}

function tryPlugin(kind) {
  const folder = join(project, folderOf(kind));
  run('npx', ['tsc'], folder);
  run('npx', ['tsc', '--noEmit', '--rootDir', '.', '-p', '.'], folder);
  run('npx', ['vitest', 'run', '--reporter=dot'], folder);
}

function trainMotions() {
  node('make.mjs');
  const lines = node('train.mjs').trim().split('\n');
  return JSON.parse(lines.at(-1));
}

async function runOnPage({ motion, answer }) {
  const server = await createServer({ root: project, logLevel: 'error', server: { port: 0 } });
  await server.listen();
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.resolvedUrls.local[0]}page.html`);
    await page.waitForFunction(() => document.title === 'ready');
    const onPage = await page.evaluate((value) => globalThis.answer(value), motion);
    assert.equal(onPage.text, answer.text);
    assert.ok(Math.abs(onPage.confidence - answer.confidence) < 1e-4, 'the page is as sure as Node');
  } finally {
    await browser.close();
    await server.close();
  }
}
