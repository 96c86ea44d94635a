// Somebody new: installs `sensorium` into an empty folder and follows the README, every line of it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { onPage } from './chromium.mjs';
import { node, run, shell, step } from './commands.mjs';
import { workspace } from './packages.mjs';
import { codeBlocks, linesOf } from './readme.mjs';

const files = fileURLToPath(new URL('newcomer', import.meta.url));
const isInstalled = (project, name) => existsSync(join(project, 'node_modules', name));

/** Proxies of the install script that nothing listens to, so that it fails as behind a firewall. */
const noDownload = { GLOBAL_AGENT_HTTP_PROXY: 'http://127.0.0.1:9', GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9' };

/** The install script of onnxruntime-node fails: npm leaves that out, WebAssembly stands in, and one line brings it. */
export async function behindFirewall(project, env) {
  // `npm run` hands the settings of this workspace on, which turn install scripts off.
  const options = { cwd: project, env: { ...env, ...noDownload, npm_config_ignore_scripts: 'false' } };
  await step('sensorium is installed where an install script fails', () => shell('npm install sensorium', options));
  const canDownload = isInstalled(project, 'onnxruntime-node') && process.platform === 'linux';
  assert.ok(!canDownload || process.arch !== 'x64', 'the install script should have failed');
  cpSync(files, project, { recursive: true });
  if (!isInstalled(project, 'onnxruntime-node')) {
    await step('a program runs on WebAssembly, from any folder', () =>
      node([join(project, 'firewall.mjs')], { cwd: '/' }),
    );
  }
  await step('onnxruntime-node comes without the download', async () => {
    await shell('ONNXRUNTIME_NODE_INSTALL=skip npm install', options);
    assert.ok(isInstalled(project, 'onnxruntime-node'));
  });
}

/** With install scripts off. */
export async function followReadme(project, env) {
  const options = { cwd: project, env: { ...env, npm_config_ignore_scripts: 'true' } };
  const printed = {};
  for (const block of tourOf(join(workspace, 'README.md'))) {
    if (block.file) writeFileSync(join(project, block.file), block.text);
    if (block.language !== 'sh') continue;
    for (const line of linesOf(block)) await step(line, async () => (printed[line] = await follow(line, options)));
  }
  check(project, printed);
  await step('examples of the package run', () => runExamples(project, options));
  await step('the model answers from any folder', () => answerFromAnywhere(project));
  await step('types are right under nodenext and bundler', () => checkTypes(project));
}

/** What the README says between its headings "Install" and "How it works". */
function tourOf(readme) {
  const blocks = codeBlocks(readme);
  const start = blocks.findIndex(({ text }) => text.startsWith('npm install sensorium'));
  assert.ok(start > 0, 'the README says how to install');
  return blocks.slice(start);
}

const follow = (line, options) => (line === 'npx vite' ? openPage(line, options) : shell(line, options));

/** Starts the server, chooses a picture on its page, and reads the answer. */
async function openPage(line, { cwd, env }) {
  const [command, ...args] = line.split(' ');
  const server = spawn(command, args, { cwd, env: { ...process.env, ...env, NO_COLOR: '1' }, detached: true });
  try {
    const address = await addressIn(server.stdout);
    const answer = await onPage(address, async (page) => {
      await page.setInputFiles('input:enabled', join(cwd, 'scenes/test/1.png'));
      await page.waitForSelector('output:not(:empty)');
      return page.textContent('output');
    });
    return { stdout: answer };
  } finally {
    if (server.exitCode === null) {
      process.kill(-server.pid);
      await once(server, 'exit');
    }
  }
}

async function addressIn(output) {
  let text = '';
  // Still open behind this: a server that cannot write any more ends.
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    text += chunk;
    const [address] = /http:\/\/localhost:\d+\//.exec(text) ?? [];
    if (!address) continue;
    output.resume();
    return address;
  }
  throw new Error(`no address in: ${text}`);
}

function check(project, printed) {
  const told = (start) => {
    const line = Object.keys(printed).find((line) => line.startsWith(start));
    assert.ok(line, `the README has a line that begins with "${start}"`);
    return printed[line].stdout;
  };
  const metrics = JSON.parse(readFileSync(join(project, 'model/metrics.json'), 'utf8'));
  const accuracy = metrics.test.answer.metrics.accuracy.value;
  assert.ok(accuracy >= 0.9, `the model of the README answers ${accuracy} of its test questions`);
  assert.match(told('npx sensorium run'), /red/);
  assert.match(told('node ask.js'), /^red (0\.\d+|1)$/m);
  assert.match(told('node mood.js'), /^(good|bad)$/m);
  assert.equal(told('npx vite'), 'red');
  assert.ok(existsSync(join(project, 'exported/model.onnx')));
}

/** Those of the package's own README, which go on with the same files. */
async function runExamples(project, { cwd, env }) {
  const blocks = codeBlocks(join(workspace, 'packages/sensorium/README.md')).filter(
    ({ language }) => language === 'ts',
  );
  assert.ok(blocks.length > 0);
  for (const [index, { text }] of blocks.entries()) {
    writeFileSync(join(project, `example-${index}.ts`), text);
    await shell(`npx tsc --module nodenext example-${index}.ts && node example-${index}.js`, { cwd, env });
  }
}

async function answerFromAnywhere(project) {
  cpSync(files, project, { recursive: true });
  const { stdout } = await node([join(project, 'from-anywhere.mjs')], { cwd: '/' });
  assert.match(stdout, /^red$/m);
}

/** With the compiler that the README installs, which is the newest, and with ours. */
async function checkTypes(project) {
  const compilers = [project, workspace].map((folder) => join(folder, 'node_modules/typescript/bin/tsc'));
  const ways = [
    ['--module', 'nodenext'],
    ['--module', 'esnext', '--target', 'esnext', '--moduleResolution', 'bundler'],
  ];
  for (const compiler of compilers) {
    for (const way of ways) {
      await run(process.execPath, [compiler, '--noEmit', '--strict', ...way, 'types.ts'], { cwd: project });
    }
  }
}
