import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as backendWeb from '@sensorium/backend-web';
import type { Encoder, Tensor, Tensors } from '@sensorium/contracts';
import { depth } from '@sensorium/encoder-depth';
import { thermal } from '@sensorium/encoder-thermal';
import { video } from '@sensorium/encoder-video';
import type { Raster } from '@sensorium/media';
import { createScope, input, toOnnx } from '@sensorium/graph';
import { runGraph, someWeights } from '@sensorium/testkit';
import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';

const slope = Uint16Array.from({ length: 24 * 18 }, (_, index) => (index % 5 === 0 ? 0 : 700 + 11 * (index % 97)));
const frame = (shift: number): Raster => ({
  width: 20,
  height: 12,
  channels: 3,
  data: Uint8Array.from({ length: 720 }, (_, index) => (index * 37 + shift * 11) % 256),
});
const none = new Map<string, Uint8Array>();

interface Case {
  readonly encoder: Encoder;
  readonly sample: Tensors;
}

/** Of an encoder and one of its values, as the graph is fed it. */
function caseOf<T>(encoder: Encoder<T>, value: T): Case {
  const kept = encoder.prepare(value);
  return { encoder: encoder, sample: encoder.view?.draw(kept, null) ?? kept };
}

const cases: Readonly<Record<string, Case>> = {
  depth: caseOf(depth.create(depth.options.parse({ size: 'tiny', mean: 1, deviation: 0.4 }), none), {
    width: 24,
    height: 18,
    data: slope,
  }),
  thermal: caseOf(thermal.create(thermal.options.parse({ size: 'tiny', range: [0, 2000] }), none), {
    width: 24,
    height: 18,
    data: slope,
  }),
  video: caseOf(video.create(video.options.parse({ size: 'tiny', frames: 4, pixels: 32 }), none), {
    frames: [frame(0), frame(1), frame(2)],
    times: Float64Array.of(0, 1, 2),
  }),
};

interface Prepared {
  readonly model: Uint8Array;
  readonly inputs: Tensors;
  readonly expected: Readonly<Record<string, readonly number[]>>;
}

/** The model of an encoder with made-up weights, and what the processor computes of a sample and of none. */
async function prepare({ encoder, sample }: Case): Promise<Prepared> {
  const scope = createScope();
  const symbols = Object.fromEntries(
    Object.entries(sample).map(([name, { dtype, shape }]) => [name, input(name, dtype, ['batch', ...shape.slice(1)])]),
  );
  const { tokens, mask, pooled } = encoder.build(scope, symbols, input('present', 'float32', ['batch', 1]));
  const outputs = { tokens, mask, pooled };
  const weights = someWeights(scope.parameters);
  const present: Tensor = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) };
  const inputs = { ...sample, present };
  const found = await runGraph(outputs, inputs, weights);
  const expected = Object.fromEntries(
    Object.entries(found).map(([name, { data }]) => [name, Array.from(data, Number)]),
  );
  return { model: toOnnx({ outputs, weights }), inputs, expected };
}

declare global {
  interface Window {
    readonly backends: Pick<typeof backendWeb, 'wasm' | 'webgpu'>;
  }
}

const here = fileURLToPath(new URL('.', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};
const page = `<!doctype html><script type="module">
  import { wasm, webgpu } from './page.js';
  window.backends = { wasm, webgpu };
</script>`;

/** What a page of an application is: the package bundled by Vite, its worker included. */
async function bundle(outDir: string): Promise<void> {
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
        load: (id) => (id === '\0page' ? `export { wasm, webgpu } from '@sensorium/backend-web';` : undefined),
      },
    ],
  });
}

function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = join(folder, pathname);
    const found = pathname === '/' || existsSync(file);
    response.writeHead(found ? 200 : 404, { 'content-type': types[extname(pathname)] ?? 'text/html' });
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
  let tab: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'encoders-'));
    await bundle(folder);
    server = await serve(folder);
    browser = await launchChromium();
    tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction(() => 'backends' in window);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const trials = Object.keys(cases).flatMap((name) =>
    (['wasm', 'webgpu'] as const).map((backend) => ({ name, backend })),
  );

  it.each(trials)('$name on $backend computes what the processor computes', async ({ name, backend }) => {
    const { model, inputs, expected } = await prepare(cases[name]!);
    const found = await tab.evaluate(
      async ({ backend, model, inputs }) => {
        const session = await window.backends[backend].load(new Uint8Array(model));
        const arrays = { float32: Float32Array, uint8: Uint8Array };
        const tensors = inputs
          .filter(([name]) => session.inputNames.includes(name))
          .map(([name, dtype, shape, data]) => [name, { dtype, shape, data: new arrays[dtype](data) }]);
        const outputs = await session.run(Object.fromEntries(tensors) as Tensors);
        await session.dispose();
        return Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data, Number)] as const);
      },
      {
        backend,
        model: [...model],
        inputs: Object.entries(inputs).map(
          ([name, { dtype, shape, data }]) =>
            [name, dtype as 'float32' | 'uint8', [...shape] as number[], Array.from(data, Number)] as const,
        ),
      },
    );
    expect(new Set(found.map(([output]) => output))).toEqual(new Set(Object.keys(expected)));
    for (const [output, values] of found) {
      const wanted = expected[output]!;
      const largest = Math.max(...wanted.map(Math.abs));
      const difference = Math.max(...values.map((value, index) => Math.abs(value - wanted[index]!)));
      expect(difference / largest, output).toBeLessThan(1e-3);
    }
  });
});
