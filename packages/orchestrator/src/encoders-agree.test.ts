import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpu } from '@sensorium/backend-node';
import { wasm } from '@sensorium/backend-web';
import { required, type Backend, type Tensors } from '@sensorium/contracts';
import { expectAllClose } from '@sensorium/testkit';
import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featuresOf, standardEncoders } from './testing/standard-encoders.js';

declare global {
  interface Window {
    readonly standard: {
      readonly backends: Readonly<Record<string, Backend>>;
      readonly featuresOf: typeof featuresOf;
      readonly standardEncoders: typeof standardEncoders;
    };
  }
}

const names = Object.keys(standardEncoders);
const caseOf = (name: string) => required(standardEncoders[name], name);

/** What the processor of Node gives, of each encoder once. */
const expected = new Map<string, Promise<Tensors>>();
const onCpu = (name: string): Promise<Tensors> => {
  const known = expected.get(name) ?? featuresOf(caseOf(name), cpu);
  expected.set(name, known);
  return known;
};

type Numbers = Readonly<Record<string, readonly number[]>>;

async function expectAgreement(name: string, actual: Numbers): Promise<void> {
  const features = await onCpu(name);
  expect(Object.keys(actual).sort()).toEqual(Object.keys(features).sort());
  for (const [port, tensor] of Object.entries(features)) {
    const numbers = Array.from(tensor.data, Number);
    expect(numbers.every(Number.isFinite) && numbers.some((value) => value !== 0)).toBe(true);
    expectAllClose(required(actual[port], port), tensor.data, { relative: 1e-3, absolute: 1e-3 });
  }
}

const numbersOf = (tensors: Tensors): Numbers =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Array.from(data, Number)]));

describe('on wasm in Node, within 1e-3 of the processor', () => {
  it.each(names)('%s', async (name) => expectAgreement(name, numbersOf(await featuresOf(caseOf(name), wasm))));
});

const page = `<!doctype html><script type="module">
  import * as encoders from './page.js';
  window.standard = encoders;
</script>`;
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

async function bundle(outDir: string): Promise<void> {
  const source = fileURLToPath(new URL('./testing/standard-encoders.ts', import.meta.url));
  const entry = fileURLToPath(new URL('./encoders-page.ts', import.meta.url));
  const code = `export * from ${JSON.stringify(source)};\nexport * as backends from '@sensorium/backend-web';`;
  await build({
    configFile: false,
    logLevel: 'silent',
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
        enforce: 'pre',
        resolveId: (id) => (id === 'page' ? entry : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
  });
}

function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    const file = join(folder, pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    return createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describeInChromium(() => {
  let folder: string;
  let server: Server;
  let browser: Browser;
  let tab: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sensorium-encoders-'));
    await bundle(folder);
    server = await serve(folder);
    browser = await launchChromium();
    tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction(() => 'standard' in window);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await rm(folder, { recursive: true });
  });

  const onPage = (name: string, backend: string): Promise<Numbers> =>
    tab.evaluate(
      async ([name, backend]) => {
        const { standardEncoders: all, featuresOf: run, backends } = window.standard;
        const features = await run(all[name]!, backends[backend]!);
        return Object.fromEntries(Object.entries(features).map(([port, { data }]) => [port, Array.from(data, Number)]));
      },
      [name, backend] as const,
    );

  // Shaders are compiled for the first run, on the processor where there is no card.
  describe.each(['wasm', 'webgpu'])(
    'on %s, prepared and built there, within 1e-3 of the processor in Node',
    (backend) => {
      it.each(names)('%s', async (name) => expectAgreement(name, await onPage(name, backend)), 120_000);
    },
  );
});
