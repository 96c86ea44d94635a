// Plugins of strangers: written with create-sensorium-plugin, their types checked and their conformance suites run; a model on
// a modality that the core has never heard of, trained, run in Node and on a page. All with another patch of zod than ours, and
// with the packages by name, without the one that brings them all.
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { readJson } from '../workspaces.mjs';
import { onPage } from './chromium.mjs';
import { node, run, step } from './commands.mjs';
import { workspace } from './packages.mjs';

/** Near the beginning of the range that our packages accept. */
const ZOD = '4.0.17';
const kinds = ['modality', 'encoder', 'fusion', 'head'];
const folderOf = (kind) => `sensorium-${kind}-stranger`;

export async function strangersPlugins(project, packed, env) {
  cpSync(fileURLToPath(new URL('plugins', import.meta.url)), project, { recursive: true });
  await step('a plugin of each kind is written', async () => {
    for (const kind of kinds) await createPlugin(project, kind);
  });
  await step(`they are installed with zod ${ZOD}`, () => install(project, packed, env));
  for (const kind of kinds) {
    await step(`the types of the new ${kind} are right, and it passes its suite`, () => tryPlugin(project, kind));
  }
  const told = await step('motions are learned, and answered from any folder', () => trainMotions(project));
  await step('the model answers on a page', () => runOnPage(project, told));
}

const createPlugin = (project, kind) =>
  node([join(workspace, 'tools/create-sensorium-plugin/bin.mjs'), kind, 'stranger', folderOf(kind)], { cwd: project });

async function install(project, packed, env) {
  const { devDependencies } = readJson('package.json');
  const tools = ['vitest', 'typescript', '@types/node'];
  const own = packed.filter(({ name }) => name !== 'sensorium' && name !== '@sensorium/web');
  const manifest = {
    name: 'outside',
    private: true,
    type: 'module',
    workspaces: kinds.map(folderOf),
    dependencies: { ...Object.fromEntries(own.map(({ name, version }) => [name, version])), sharp: '*', zod: ZOD },
    devDependencies: Object.fromEntries(tools.map((name) => [name, devDependencies[name]])),
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
  await run('npm', ['install'], { cwd: project, env: { ...env, ONNXRUNTIME_NODE_INSTALL: 'skip' } });
  const { stdout } = await run('npm', ['ls', 'zod', '--json', '--all'], { cwd: project });
  const versions = new Set(JSON.stringify(JSON.parse(stdout)).match(/(?<="zod":\{"version":")[^"]+/g));
  assert.deepEqual([...versions], [ZOD], 'there is one copy of zod');
}

async function tryPlugin(project, kind) {
  const cwd = join(project, folderOf(kind));
  await run('npx', ['tsc'], { cwd });
  await run('npx', ['tsc', '--noEmit', '--rootDir', '.', '-p', '.'], { cwd });
  await run('npx', ['vitest', 'run', '--reporter=dot'], { cwd });
}

async function trainMotions(project) {
  await node(['make.mjs'], { cwd: project });
  await node(['train.mjs'], { cwd: project });
  const { stdout } = await node([join(project, 'answer.mjs')], { cwd: '/' });
  return JSON.parse(stdout);
}

async function runOnPage(project, { motion, answer }) {
  const server = await createServer({ root: project, logLevel: 'error', server: { port: 0 } });
  await server.listen();
  try {
    const told = await onPage(`${server.resolvedUrls.local[0]}page.html`, async (page) => {
      await page.waitForFunction(() => document.title === 'ready');
      return page.evaluate((value) => globalThis.answer(value), motion);
    });
    assert.equal(told.text, answer.text);
    assert.ok(Math.abs(told.confidence - answer.confidence) < 1e-4, 'the page is as sure as Node');
  } finally {
    await server.close();
  }
}
