import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wasm } from '@sensorium/backend-web';
import { defineBackend } from '@sensorium/contracts';
import { modelWeights } from '@sensorium/orchestrator';
import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { z } from 'zod';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { train } from './index.js';
import { colourRows, manifest, plugins } from './testing/colours.js';
import type * as Entry from './testing/page.js';

declare global {
  interface Window {
    readonly page: typeof Entry;
  }
}

const entry = fileURLToPath(new URL('./testing/page.ts', import.meta.url));

/** What an application has: this package, its plugins and ONNX Runtime, bundled by Vite. */
async function bundle(outDir: string, onImport?: (id: string, importer: string) => void): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'silent',
    base: './',
    resolve: { conditions: ['@sensorium/source', 'browser', 'import', 'module', 'default'] },
    worker: { format: 'es' },
    build: {
      outDir,
      target: 'es2022',
      rollupOptions: { input: entry, preserveEntrySignatures: 'strict', output: { entryFileNames: 'page.js' } },
    },
    plugins: [
      {
        name: 'imports',
        enforce: 'pre',
        resolveId: (id, importer) => void (importer && onImport?.(id, importer)),
      },
    ],
  });
}

it('has a browser entry that reaches no module of Node', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-bundle-'));
  const imports: string[] = [];
  const ours = (importer: string): boolean => !importer.includes('node_modules');
  await bundle(folder, (id, importer) => ours(importer) && imports.push(id));
  await rm(folder, { recursive: true });
  expect(imports).toContain('@sensorium/training');
  expect(imports.filter((id) => isBuiltin(id) || id === 'sharp' || id.startsWith('onnxruntime-node'))).toEqual([]);
});

const html = `<!doctype html><script type="module">
  import * as page from './page.js';
  window.page = page;
</script>`;
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(html);
    const file = join(folder, pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Its workers need a browser: in Node it computes in the thread that asks. */
const wasmInNode = defineBackend({
  specVersion: 'v1',
  name: 'wasm',
  options: z.strictObject({}),
  create: () => ({ ...wasm, load: (model, options) => wasm.load(model, { ...options, isolate: false }) }),
});

const bytesOf = (base64: string): Uint8Array => Buffer.from(base64, 'base64');

/** The largest difference of two models' weights, relative to the largest weight of each tensor. */
function difference(one: Uint8Array, other: Uint8Array): number {
  const [a, b] = [modelWeights(one), modelWeights(other)];
  expect(Object.keys(a)).toEqual(Object.keys(b));
  const differences = Object.entries(a).map(([name, { data }]) => {
    const [own, others] = [data, b[name]!.data].map((values) => Array.from<number | bigint, number>(values, Number));
    const largest = Math.max(...own!.map(Math.abs), 1e-3);
    return Math.max(...own!.map((value, index) => Math.abs(value - others![index]!))) / largest;
  });
  return Math.max(...differences);
}

describeInChromium(() => {
  let folder: string;
  let server: Server;
  let browser: Browser;
  /** Pages of one context share their private files. */
  let context: BrowserContext;
  let tab: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sensorium-page-'));
    await bundle(folder);
    server = await serve(folder);
    browser = await launchChromium();
    context = await browser.newContext();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => 'page' in window);
    return page;
  };
  beforeEach(async () => void (tab = await open()));
  afterEach(() => tab?.close());

  it('trains on wasm to the weights that Node gets on wasm, and answers', async () => {
    const onPage = await tab.evaluate(() => window.page.trainOnRows());
    const inNode = await train(manifest, {
      rows: colourRows(24),
      plugins: [...plugins, wasmInNode],
      from: [],
      backend: 'wasm',
    });
    expect(difference(bytesOf(onPage.model), inNode.model)).toBe(0);
    expect(onPage.files).toEqual(Object.keys(inNode.files).sort());
    expect(onPage.losses.map((loss) => loss.toFixed(4))).toEqual(
      inNode.metrics.history.map(({ loss }) => loss.toFixed(4)),
    );
    expect(onPage.losses.at(-1)).toBeLessThan(0.8 * onPage.losses[0]!);
    expect(onPage.answers).toEqual(['red', 'green', 'blue']);
    expect(onPage.report).toContain('colours');
  }, 180_000);

  it('balances inputs on webgpu as Node does on its processor', async () => {
    const onPage = await tab.evaluate(() => window.page.trainOnCard());
    const training = { ...manifest.training, epochs: 1 };
    const { metrics } = await train({ ...manifest, training }, { rows: colourRows(24), plugins, from: ['.'] });
    const { losses } = metrics.history[0]!;
    expect(Object.keys(losses)).toContain('alone.answer.question');
    expect(Object.keys(onPage)).toEqual(Object.keys(losses));
    for (const [name, loss] of Object.entries(losses)) expect(onPage[name]).toBeCloseTo(loss, 3);
  }, 180_000);

  it('trains on files that a person chose to the weights of the same rows in memory', async () => {
    const [files, rows] = await tab.evaluate(() => window.page.trainOnFilesAndRows());
    expect(difference(bytesOf(files!), bytesOf(rows!))).toBe(0);
  }, 180_000);

  it('goes on in a page that was opened anew, to the same bytes', async () => {
    expect(await tab.evaluate(() => window.page.stopAfterAnEpoch('broken'))).toEqual(['checkpoint.safetensors']);
    expect(await tab.evaluate(() => window.page.trainTwiceInto('broken'))).toBe('SENSORIUM_LOCKED');
    await tab.close();
    tab = await open();
    const resumed = await tab.evaluate(() => window.page.resume('broken'));
    const whole = await tab.evaluate(() => window.page.trainOnRows());
    expect(bytesOf(resumed.model)).toEqual(bytesOf(whole.model));
    expect(resumed.stored).toEqual(whole.files);
    expect(resumed.firstEpoch).toBe(2);
  }, 180_000);

  it('keeps files in the page’s private file system as in any store', async () => {
    expect(await tab.evaluate(() => window.page.useStore('store'))).toEqual({
      missing: null,
      replaced: '€',
      unfinished: null,
      middle: [2, 3],
      renamed: [true, false],
      moved: 'x',
      removed: null,
      inner: 'y',
      path: 'store/inner/a',
    });
  });
});
