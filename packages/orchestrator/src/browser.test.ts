import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpu } from '@sensorium/backend-node';
import type { Backend, Prediction, Source, Tensor } from '@sensorium/contracts';
import type { ClassificationPrediction } from '@sensorium/head-classification';
import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type * as Orchestrator from './browser.js';
import { loadPipeline } from './index.js';
import { explainedNumbers } from './testing/explained-numbers.js';
import { sketch } from './testing/heads.js';
import { shortTraining } from './testing/short-training.js';
import { buildSmallModel, pictureAndText, plugins as standard, writeModelFolder } from './testing/small-model.js';

declare global {
  interface Window {
    readonly orchestrator: typeof Orchestrator;
    readonly plugins: typeof plugins;
    readonly backends: Readonly<Record<string, Backend>>;
    readonly shortTraining: typeof shortTraining;
    readonly explainedNumbers: typeof explainedNumbers;
  }
}

const plugins = [...standard, sketch];

interface Answering {
  inputs: { picture: Source; question: string };
  heads: { answer: ClassificationPrediction; drawn: Prediction & { value: number } };
}

const scale = { dtype: 'float32', shape: [], data: Float32Array.of(2) } as const;

const entry = fileURLToPath(new URL('./browser.ts', import.meta.url));
const packages = ['encoder-image', 'encoder-text', 'fusion-attention', 'head-classification'];
const testing = (name: string): string => fileURLToPath(new URL(`./testing/${name}.ts`, import.meta.url));
const script = [
  `export { shortTraining } from ${JSON.stringify(testing('short-training'))};`,
  `export { explainedNumbers } from ${JSON.stringify(testing('explained-numbers'))};`,
  `export { sketch } from ${JSON.stringify(testing('heads'))};`,
  `export * as backends from '@sensorium/backend-web';`,
  `export * as orchestrator from ${JSON.stringify(entry)};`,
  ...packages.map((name) => `export * from '@sensorium/${name}';`),
].join('\n');

/** What an application has: this package, its plugins and ONNX Runtime, bundled by Vite. */
async function bundle(code: string, outDir: string, onImport?: (id: string, importer: string) => void): Promise<void> {
  const page = fileURLToPath(new URL('./page.ts', import.meta.url));
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
        resolveId(id, importer) {
          if (importer) onImport?.(id, importer);
          return id === 'page' ? page : undefined;
        },
        load: (id) => (id === page ? code : undefined),
      },
    ],
  });
}

it('has a browser entry that reaches no module of Node', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-bundle-'));
  const imports: string[] = [];
  const ours = (importer: string): boolean => !importer.includes('node_modules');
  await bundle(script, folder, (id, importer) => ours(importer) && imports.push(id));
  await rm(folder, { recursive: true });
  expect(imports).toContain('@sensorium/media');
  expect(imports.filter((id) => isBuiltin(id) || id === 'sharp' || id.startsWith('onnxruntime-node'))).toEqual([]);
});

const page = `<!doctype html><script type="module">
  import { orchestrator, backends, explainedNumbers, shortTraining, image, text, attention, classification, sketch } from './page.js';
  Object.assign(window, { backends, explainedNumbers, shortTraining });
  window.plugins = [image, text, attention, classification, sketch];
  window.orchestrator = orchestrator;
</script>`;
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** The page, its scripts, and the files of a model under /model. */
async function serve(folder: string, model: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    const file = pathname.startsWith('/model/') ? join(model, pathname.slice(7)) : join(folder, pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describeInChromium(() => {
  let folder: string;
  let model: string;
  let server: Server;
  let browser: Browser;
  let tab: Page;
  let expected: Answering['heads'] & {
    readonly step: Record<string, Tensor>;
    readonly explanation: Orchestrator.Explanation;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sensorium-page-'));
    const manifest = { ...pictureAndText, heads: { ...pictureAndText.heads, drawn: 'sketch' } };
    model = await writeModelFolder(await buildSmallModel(manifest, plugins));
    const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, index) => (index * 89 + (index % 7) * 31) % 256);
    const png = await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(join(model, 'picture.png'), png);
    await bundle(script, folder);
    server = await serve(folder, model);
    const pipeline = await loadPipeline<Answering>(model, { plugins });
    const sample = { picture: png, question: 'red circle' };
    const step = await pipeline.graph('drawn.step').run(sample, { tensors: { scale }, seed: 7 });
    const explanation = await pipeline.explain(sample);
    expected = { ...(await pipeline.run(sample, { seed: 7 })), step, explanation };
    await pipeline.dispose();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await Promise.all([folder, model].map((each) => rm(each, { recursive: true, force: true })));
  });
  beforeEach(async () => {
    tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.waitForFunction(() => 'orchestrator' in window);
  });
  afterEach(() => tab?.close());

  // Without a graphics card, WebGPU takes most of a minute on a busy machine.
  it.each(['wasm', 'webgpu'])(
    'answers on %s as Node does on its processor',
    async (backend) => {
      const outcome = await tab.evaluate(async (backend) => {
        const pipeline = await window.orchestrator.loadPipeline<Answering>('model', {
          backend,
          plugins: window.plugins,
        });
        const [first, second] = await Promise.all([
          pipeline.run({ picture: 'model/picture.png', question: 'red circle' }, { seed: 7 }),
          pipeline.run({ picture: 'picture.png', question: 'red circle' }, { seed: 7, base: 'model' }),
        ]);
        await pipeline.dispose();
        const late = await pipeline.run({ picture: 'x', question: 'y' }).catch((error: { code: string }) => error.code);
        return { first, second, report: pipeline.backend, late };
      }, backend);
      expect(outcome.report).toEqual({ backend, passedOver: [] });
      expect(outcome.late).toBe('SENSORIUM_DISPOSED');
      for (const { answer, drawn } of [outcome.first, outcome.second]) {
        expect(drawn.value).toBeCloseTo(expected.drawn.value, 4);
        expect(answer.label).toBe(expected.answer.label);
        answer.candidates.forEach(({ probability }, index) => {
          const wanted = expected.answer.candidates[index]!.probability;
          expect(Math.abs(probability - wanted)).toBeLessThan(1e-4 * wanted);
        });
      }
    },
    180_000,
  );

  it.each(['wasm', 'webgpu'])(
    'trains on %s as Node does on its processor: 50 losses within a hundredth',
    async (name) => {
      const losses = await tab.evaluate((name) => window.shortTraining(window.backends[name] as Backend), name);
      const expected = await shortTraining(cpu);
      expect(expected.at(-1)).toBeLessThan(0.8 * expected[0]!);
      expect(losses).toHaveLength(50);
      for (const [step, loss] of losses.entries()) {
        expect(Math.abs(loss - expected[step]!), `step ${step}`).toBeLessThan(0.01 * expected[step]!);
      }
    },
    180_000,
  );

  // 256 points of a gradient: without a graphics card, WebGPU takes two minutes on a busy machine.
  it.each(['wasm', 'webgpu'])(
    'explains on %s as Node does on its processor',
    async (backend) => {
      const found = await tab.evaluate(async (backend) => {
        const pipeline = await window.orchestrator.loadPipeline('model', { backend, plugins: window.plugins });
        const explanation = await pipeline.explain({ picture: 'model/picture.png', question: 'red circle' });
        await pipeline.dispose();
        return window.explainedNumbers(explanation);
      }, backend);
      const wanted = explainedNumbers(expected.explanation);
      expect(found.shown).toEqual([['picture'], ['parts']]);
      expect(found.numbers).toHaveLength(wanted.numbers.length);
      const apart = wanted.numbers.map((number, index) => Math.abs(number - found.numbers[index]!));
      expect(Math.max(...apart)).toBeLessThan(1e-3);
    },
    300_000,
  );

  it('runs a further graph, whose weights lie in model.onnx, with the noise that Node has', async () => {
    const outcome = await tab.evaluate(
      async ({ scale }) => {
        const pipeline = await window.orchestrator.loadPipeline('model', { backend: 'wasm', plugins: window.plugins });
        const tensors = { scale: { ...scale, data: Float32Array.from(scale.data) } };
        const files = new Map([['a.png', await (await fetch('model/picture.png')).blob()]]);
        const { noise, scaled } = await pipeline
          .graph('drawn.step')
          .run({ picture: 'a.png', question: 'red circle' }, { tensors, seed: 7, base: files });
        await pipeline.dispose();
        return [noise, scaled].map((tensor) => Array.from(tensor!.data, Number));
      },
      { scale: { ...scale, data: Array.from(scale.data) } },
    );
    expect(outcome[0]).toEqual(Array.from(expected.step['noise']!.data, Number));
    expect(outcome[1]![0]).toBeCloseTo(Number(expected.step['scaled']!.data[0]), 4);
  });

  it('passes over what exists in Node only, and says so', async () => {
    const report = await tab.evaluate(async () => {
      const backend = ['cpu', 'webgpu'];
      const pipeline = await window.orchestrator.loadPipeline('./model/', { backend, plugins: window.plugins });
      await pipeline.dispose();
      return pipeline.backend;
    });
    const passedOver = [{ backend: 'cpu', reason: 'it does not exist on this platform' }];
    expect(report).toEqual({ backend: 'webgpu', passedOver });
  });

  it.each([
    ['a model that is not there', 'nowhere', {}, 'SENSORIUM_NOT_FOUND'],
    ['a backend that only Node has', 'model', { backend: 'cpu' }, 'SENSORIUM_BACKEND_UNAVAILABLE'],
    ['plugins that were not given', 'model', { plugins: [] }, 'SENSORIUM_UNKNOWN_PLUGIN'],
  ])('refuses %s', async (_, source, options, code) => {
    const thrown = await tab.evaluate(
      ({ source, options }) =>
        window.orchestrator
          .loadPipeline(source, { plugins: window.plugins, ...options })
          .then(() => '')
          .catch((error: { code?: string; message: string }) => error.code ?? error.message),
      { source, options },
    );
    expect(thrown).toBe(code);
  });
});
