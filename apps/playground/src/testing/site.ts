import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** The page, built as for its visitors and served in two ways. */
export interface Site {
  /** At the root, isolated from other origins. */
  readonly isolated: string;
  /** Below a path, by a server that sends no headers of its own. */
  readonly plain: string;
  close(): Promise<void>;
}

const BELOW = '/some/where';

/** Builds the page from the packages' sources, and serves it. */
export async function startSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-playground-'));
  await build({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    logLevel: 'error',
    resolve: { conditions: ['@sensorium/source', 'browser', 'import', 'module', 'default'] },
    build: { outDir: folder, emptyOutDir: true },
  });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const isBelow = pathname.startsWith(`${BELOW}/`);
    const path = isBelow ? pathname.slice(BELOW.length) : pathname;
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    if (!existsSync(file)) return response.writeHead(404).end();
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, ...(isBelow ? {} : isolated) });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    isolated: `${origin}/`,
    plain: `${origin}${BELOW}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
