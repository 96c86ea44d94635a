import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@sensorium/testkit/chromium';
import type { Page } from 'playwright-core';
import { build } from 'vite';

/** A page in a browser, until it is closed. */
export interface BackendsPage {
  readonly tab: Page;
  close(): Promise<void>;
}

/** A page whose `window.under` has what a module beside this file exports, and the backends of pages as `backends`. */
export async function openBackendsPage(module: string): Promise<BackendsPage> {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-page-'));
  await bundle(module, folder);
  const server = await serve(folder);
  const browser = await launchChromium();
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await tab.waitForFunction(() => 'under' in window);
  const close = async (): Promise<void> => {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true });
  };
  return { tab, close };
}

const page = `<!doctype html><script type="module">
  import * as under from './page.js';
  await under.keepDevice();
  window.under = under;
</script>`;
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

async function bundle(module: string, outDir: string): Promise<void> {
  const source = fileURLToPath(new URL(module, import.meta.url));
  const entry = fileURLToPath(new URL('./page-entry.ts', import.meta.url));
  const keeping = fileURLToPath(new URL('./keep-device.ts', import.meta.url));
  const code = `export * from ${JSON.stringify(source)};
    export * as backends from '@sensorium/backend-web';
    export { keepDevice } from ${JSON.stringify(keeping)};`;
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
