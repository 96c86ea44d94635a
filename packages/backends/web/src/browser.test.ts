import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  accumulator,
  carriedStates,
  carryState,
  heldInputs,
  holdInputs,
  matmuls,
  outerProduct,
  relu,
} from '@sensorium/backend-runtime/testing';
import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type * as backendWeb from './index.js';

declare global {
  interface Window {
    readonly backendWeb: typeof backendWeb;
    readonly counts: { readonly buffers: number; readonly downloads: number; readonly uploads: number };
    readonly models: { readonly [name in 'relu' | 'matmuls' | 'heavy' | 'accumulator' | 'outerProduct']: Uint8Array };
  }
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};
const here = fileURLToPath(new URL('.', import.meta.url));

/** What a page of an application is: the package bundled by Vite, its worker included. */
async function bundle(outDir: string): Promise<void> {
  const entry = join(here, 'index.ts');
  await build({
    configFile: false,
    logLevel: 'error',
    root: here,
    base: './',
    resolve: { conditions: ['@sensorium/source', 'browser', 'import', 'module', 'default'] },
    worker: { format: 'es' },
    build: {
      outDir,
      target: 'es2022',
      rollupOptions: { input: 'page', preserveEntrySignatures: 'strict', output: { entryFileNames: 'page.js' } },
    },
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'page' ? '\0page' : undefined),
        load: (id) => (id === '\0page' ? `export * from ${JSON.stringify(entry)};` : undefined),
      },
    ],
  });
}

const page = `<!doctype html><script type="module">
  import * as backendWeb from './page.js';
  const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  window.models = {
    relu: bytes('${base64(relu)}'),
    matmuls: bytes('${base64(matmuls(256, 60))}'),
    heavy: bytes('${base64(matmuls(1024, 1))}'),
    accumulator: bytes('${base64(accumulator)}'),
    outerProduct: bytes('${base64(outerProduct)}'),
  };
  window.backendWeb = backendWeb;
</script>`;

/** Counts what a page does with large buffers of the graphics card. Text, because there are no types for WebGPU here. */
const countBuffers = `{
  const large = (size) => size >= 4e6;
  window.counts = { buffers: 0, downloads: 0, uploads: 0 };
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    if (large(descriptor.size)) counts.buffers++;
    return createBuffer.call(this, descriptor);
  };
  const { writeBuffer } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (buffer, ...data) {
    if (large(buffer.size)) counts.uploads++;
    return writeBuffer.call(this, buffer, ...data);
  };
  const { mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = function (...mode) {
    if (large(this.size)) counts.downloads++;
    return mapAsync.call(this, ...mode);
  };
}`;

function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const isolated = searchParams.has('alone')
      ? {}
      : { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
    const type = types[extname(pathname)] ?? 'text/html';
    const file = join(folder, pathname);
    const found = pathname === '/' || existsSync(file);
    response.writeHead(found ? 200 : 404, { 'content-type': type, ...isolated });
    if (pathname === '/') response.end(page);
    else if (found) createReadStream(file).pipe(response);
    else response.end();
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describeInChromium(() => {
  let folder: string;
  let server: Server;
  let browser: Browser;
  let address: string;
  let tab: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backend-web-'));
    await bundle(folder);
    server = await serve(folder);
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => tab.close());

  async function open(query = ''): Promise<void> {
    tab = await browser.newPage();
    await tab.goto(address + query);
    await tab.waitForFunction(() => 'backendWeb' in window);
  }

  const cases = (['wasm', 'webgpu'] as const).flatMap((name) => [false, true].map((isolate) => ({ name, isolate })));

  it.each(cases)('$name computes, isolated: $isolate', async ({ name, isolate }) => {
    await open();
    const outcome = await tab.evaluate(
      async ({ name, isolate }) => {
        const backend = window.backendWeb[name];
        const availability = await backend.available();
        const x = (...data: number[]) => ({
          dtype: 'float32' as const,
          shape: [data.length / 2, 2],
          data: Float32Array.from(data),
        });
        const sessions = await Promise.all([1, 2].map(() => backend.load(window.models.relu, { isolate })));
        const runs = await Promise.all(
          sessions.flatMap((session) => [session.run({ x: x(-1, 2) }), session.run({ x: x(-3, 4, 5, -6) })]),
        );
        const bad = await backend
          .load(window.models.relu.subarray(0, 40), { isolate })
          .catch((error: { code: string }) => error.code);
        await Promise.all(sessions.map((session) => session.dispose()));
        const late = await sessions[0]?.run({ x: x(1, 2) }).catch((error: { code: string }) => error.code);
        return {
          availability,
          results: runs.map(({ y }) => [y?.shape, Array.from(y?.data as Float32Array)]),
          bad,
          late,
        };
      },
      { name, isolate },
    );
    const each = [
      [
        [1, 2],
        [0, 2],
      ],
      [
        [2, 2],
        [0, 4, 5, 0],
      ],
    ];
    expect(outcome).toEqual({
      availability: { available: true },
      results: [...each, ...each],
      bad: 'SENSORIUM_BAD_MODEL',
      late: 'SENSORIUM_DISPOSED',
    });
  });

  it.each(cases)('$name carries state from run to run, isolated: $isolate', async ({ name, isolate }) => {
    await open();
    const program = `(${carryState.toString()})(backendWeb.${name}, models.accumulator, { isolate: ${isolate} })`;
    expect(await tab.evaluate(program)).toEqual(carriedStates);
  });

  it.each(cases)('$name holds inputs from run to run, isolated: $isolate', async ({ name, isolate }) => {
    await open();
    const program = `(${holdInputs.toString()})(backendWeb.${name}, models.accumulator, { isolate: ${isolate} })`;
    expect(await tab.evaluate(program)).toEqual(heldInputs);
  });

  it('webgpu holds inputs on the card, where they are sent once', async () => {
    await open();
    await tab.evaluate(countBuffers);
    const outcome = await tab.evaluate(async () => {
      const session = await window.backendWeb.webgpu.load(window.models.heavy, { held: ['w'] });
      const size = 1024;
      const filled = (value: number, rows: number) => ({
        dtype: 'float32' as const,
        shape: [rows, size],
        data: new Float32Array(rows * size).fill(value),
      });
      await session.run({ x: filled(1, 1), w: filled(1 / size, size) });
      const given = { ...window.counts };
      let last: number | bigint | undefined;
      for (let i = 0; i < 5; i++) last = (await session.run({ x: filled(i, 1) }))['y']?.data[0];
      const after = { ...window.counts };
      await session.dispose();
      return { given, after, last };
    });
    expect(outcome.given.buffers).toBeGreaterThan(0);
    expect(outcome.after).toEqual(outcome.given);
    expect(outcome.last).toBeCloseTo(4, 4);
  });

  it('webgpu carries state without copies, and in no more buffers with every run', async () => {
    await open();
    await tab.evaluate(countBuffers);
    const outcome = await tab.evaluate(async () => {
      const session = await window.backendWeb.webgpu.load(window.models.relu, { carried: { x: 'y' } });
      const values = 1 << 20;
      const x = { dtype: 'float32' as const, shape: [values / 2, 2], data: new Float32Array(values).fill(5) };
      const runs = async (count: number) => {
        for (let i = 0; i < count; i++) await session.run({});
        return { ...window.counts };
      };
      await session.run({ x });
      const before = await runs(3);
      const after = await runs(20);
      const state = await session.carried();
      await session.dispose();
      return { before, after, end: window.counts, last: state['x']?.data.at(-1) };
    });
    expect(outcome.last).toBe(5);
    expect(outcome.after).toEqual(outcome.before);
    expect(outcome.end.downloads).toBe(outcome.after.downloads + 1);
  });

  it.each(cases)('$name says that memory does not suffice, and goes on, isolated: $isolate', async (given) => {
    await open();
    const outcomes = await tab.evaluate(async ({ name, isolate }) => {
      const session = await window.backendWeb[name].load(window.models.outerProduct, { isolate });
      const outcomes: string[] = [];
      // 20 GB: more than WebAssembly has addresses for.
      for (const size of [1, 7e4, 2]) {
        const data = new Float32Array(size).fill(3);
        const a = { dtype: 'float32' as const, shape: [size, 1], data };
        const b = { dtype: 'float32' as const, shape: [1, size], data };
        const outcome = await session.run({ a, b }).then(
          ({ y }) => y?.data.join(),
          ({ code }: { code: string }) => code,
        );
        outcomes.push(String(outcome));
      }
      await session.dispose();
      return outcomes;
    }, given);
    expect(outcomes).toEqual(['9', 'SENSORIUM_OUT_OF_MEMORY', '9,9,9,9']);
  });

  it.each(['', '?alone'])('wasm leaves the page free while an isolated session runs (page %j)', async (query) => {
    await open(query);
    const { isolated, turns, value } = await tab.evaluate(async () => {
      const size = 256;
      const data = (value: number) => new Float32Array(size * size).fill(value);
      const session = await window.backendWeb.wasm.load(window.models.matmuls, { isolate: true, threads: 2 });
      let isRunning = true;
      const inputs = {
        x: { dtype: 'float32' as const, shape: [size, size], data: data(1) },
        w: { dtype: 'float32' as const, shape: [size, size], data: data(1 / size) },
      };
      const running = session.run(inputs).finally(() => (isRunning = false));
      // A session of the page itself lets none through.
      let turns = 0;
      for (; isRunning && turns < 5; turns++) await new Promise((resolve) => setTimeout(resolve));
      const { y } = await running;
      await session.dispose();
      return { isolated: crossOriginIsolated, turns, value: y?.data[0] };
    });
    expect(isolated).toBe(query === '');
    expect(value).toBeCloseTo(1, 4);
    expect(turns).toBe(5);
  });

  it('wasm has as many threads as it is told, and says where a wrong folder was meant', async () => {
    await open();
    const before = tab.workers().length;
    await tab.evaluate(async () => {
      window.backendWeb.configureWeb({ threads: 3 });
      await window.backendWeb.wasm.load(window.models.relu);
    });
    expect(tab.workers().length - before).toBe(2);
    await tab.close();

    await open();
    const reason = await tab.evaluate(async () => {
      window.backendWeb.configureWeb({ wasmPaths: 'nowhere' });
      const [availability, code] = await Promise.all([
        window.backendWeb.wasm.available(),
        window.backendWeb.wasm
          .load(window.models.relu, { isolate: true })
          .catch((error: { code: string }) => error.code),
      ]);
      return [availability.available ? '' : availability.reason, code];
    });
    expect(reason).toEqual([expect.stringContaining('configureWeb({ wasmPaths })'), 'SENSORIUM_BACKEND_UNAVAILABLE']);
  });
});

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
