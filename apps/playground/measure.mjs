// Measures what docs and README say of the page: until the first answer with an empty cache, megabytes, and what it
// learns from 2 × 20 pictures. Run after `npx nx run @sensorium/playground:bundle`:
//
//   npm run measure -w @sensorium/playground [FOLDER_WITH_A_FOLDER_OF_EACH_KIND …]
//
// Of a folder of kinds, the first 20 pictures of each are learned, and the next 20 asked about.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const EACH = 20;
const RUNS = 3;

const server = await preview({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'silent',
  preview: { port: 0, host: '127.0.0.1' },
});
const [address] = server.resolvedUrls.local;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-quic'],
});
try {
  for (let run = 0; run < RUNS; run++) console.log(await firstAnswer());
  for (const folder of process.argv.slice(2)) console.log(await taught(folder));
} finally {
  await browser.close();
  await server.close();
}

async function visit(path = '') {
  const context = await browser.newContext();
  context.setDefaultTimeout(600_000);
  const page = await context.newPage();
  return { context, page, go: () => page.goto(address + path) };
}

/** A context of its own has a cache of its own. */
async function firstAnswer() {
  const { context, page, go } = await visit();
  const sizes = [];
  context.on('requestfinished', (request) => {
    if (request.url().startsWith('http')) sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  const begin = performance.now();
  await go();
  await page.waitForSelector('#ask-answer .label');
  const seconds = (performance.now() - begin) / 1000;
  const bytes = (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
  const runsOn = await page.textContent('#runs-on');
  await context.close();
  return `first answer after ${seconds.toFixed(1)} s, ${sizes.length} requests, ${(bytes / 1e6).toFixed(1)} MB. ${runsOn}`;
}

async function taught(folder) {
  const kinds = readdirSync(folder).map((name) => {
    const files = readdirSync(join(folder, name)).map((file) => join(folder, name, file));
    return { name, learned: files.slice(0, EACH), others: files.slice(EACH, 2 * EACH) };
  });
  const { context, page, go } = await visit('#teach');
  await go();
  await page.waitForSelector('.kind:nth-child(2)');
  for (const [index, { name, learned }] of kinds.entries()) {
    const card = `.kind:nth-child(${index + 1})`;
    await page.fill(`${card} .kind-name`, name);
    await give(page, `${card} .pictures`, learned);
    await page.waitForSelector(`${card} .thumb:nth-child(${learned.length})`);
  }
  const begin = performance.now();
  await page.click('#train');
  await page.getByText(/^Trained on these/).waitFor();
  const seconds = (performance.now() - begin) / 1000;
  const right = [];
  for (const { name, others } of kinds) for (const file of others) right.push((await guess(page, file)) === name);
  await context.close();
  const share = right.filter(Boolean).length / right.length;
  return `${folder}: ${seconds.toFixed(1)} s, ${(100 * share).toFixed(1)} % of ${right.length} others right`;
}

async function guess(page, file) {
  await page.evaluate(() => globalThis.document.querySelector('#try-answer').replaceChildren());
  await give(page, '#try-file', [file]);
  return page.textContent('#try-answer .label');
}

async function give(page, button, files) {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click(button)]);
  await chooser.setFiles(files);
}
