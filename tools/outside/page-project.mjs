// A project that is a page: nothing of Node is installed, and the page trains, answers, and says what it was served instead of a
// model.
import assert from 'node:assert/strict';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from '../workspaces.mjs';
import { build, preview } from 'vite';
import { onPage } from './chromium.mjs';
import { run, step } from './commands.mjs';
import { workspace } from './packages.mjs';

export async function pageProject(project, env) {
  const { devDependencies } = readJson('package.json');
  cpSync(fileURLToPath(new URL('page', import.meta.url)), project, { recursive: true });
  await step('a page installs @sensorium/web, and nothing of Node', async () => {
    await run('npm', ['install', '@sensorium/web', `typescript@${devDependencies.typescript}`], { cwd: project, env });
    for (const name of ['onnxruntime-node', 'sharp', 'commander']) {
      assert.ok(!existsSync(join(project, 'node_modules', name)), `${name} is not installed`);
    }
  });
  await step('its types are right', () => run('npx', ['tsc', '-p', '.'], { cwd: project }));
  await step('it is built, trains and answers', () => openBuilt(project));
}

async function openBuilt(root) {
  cpSync(join(workspace, 'packages/starter/model'), join(root, 'public/model'), { recursive: true });
  await build({ root, logLevel: 'error' });
  const server = await preview({ root, logLevel: 'error', preview: { port: 0 } });
  try {
    const told = await onPage(server.resolvedUrls.local[0], async (page) => {
      await page.waitForFunction(() => document.title !== 'waiting');
      return JSON.parse(await page.title());
    });
    assert.ok(['good', 'bad'].includes(told.mood), `the page answers: ${JSON.stringify(told)}`);
    assert.equal(told.starter, 'answer');
    assert.equal(told.lost.code, 'SENSORIUM_NOT_FOUND');
    assert.match(told.lost.message, /^http:\/\/localhost:\d+\/no-model\/manifest\.json is an HTML page/);
  } finally {
    await server.close();
  }
}
