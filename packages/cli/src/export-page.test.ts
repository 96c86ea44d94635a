import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sensorium } from './testing/sensorium.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const picture = join(root, 'packages/starter/samples/scene-1.png');
const question = 'how many objects are there?';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
};

const html = `<!doctype html><title>A page</title>
<script type="importmap">{ "imports": { "onnxruntime-web": "/ort/ort.wasm.min.mjs" } }</script>
<script type="module">import { ask } from './page.mjs'; window.ask = ask;</script>`;

declare global {
  interface Window {
    ask(file: Blob, text: string): Promise<{ text: string; confidence: number }>;
  }
}

/** The page of the documentation, as it stands there. */
async function pageOfDocs(): Promise<string> {
  const text = await readFile(join(root, 'docs/export.md'), 'utf8');
  const [, section = ''] = text.split('## On a page');
  return /```js\n([^]*?)```/.exec(section)?.[1] ?? '';
}

describeInChromium(() => {
  let folder: string;
  let server: Server;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sensorium-export-page-'));
    const { code, stderr } = await sensorium(['export', 'starter', '--out', 'exported'], { cwd: folder });
    expect(code, stderr).toBe(0);
    await writeFile(join(folder, 'page.mjs'), await pageOfDocs());
    await writeFile(join(folder, 'index.html'), html);
    server = createServer(({ url = '/' }, response) => {
      const path = url === '/' ? '/index.html' : url;
      const file = path.startsWith('/ort/')
        ? join(root, 'node_modules/onnxruntime-web/dist', path.slice('/ort/'.length))
        : join(folder, path);
      if (!existsSync(file)) return void response.writeHead(404).end();
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
      createReadStream(file).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it('answers as the command does, by the code that the documentation shows', async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const bytes = Array.from(await readFile(picture));
      await page.waitForFunction(() => 'ask' in window);
      const found = await page.evaluate(
        ({ bytes: content, text }) => window.ask(new Blob([Uint8Array.from(content)]), text),
        { bytes, text: question },
      );
      const args = ['run', 'starter', '--input', `image=${picture}`, '--input', `question=${question}`, '--json'];
      const { predictions } = JSON.parse((await sensorium(args)).stdout) as {
        predictions: { answer: { text: string; confidence: number } };
      };
      expect(found.text).toBe(predictions.answer.text);
      expect(found.confidence).toBeCloseTo(predictions.answer.confidence, 4);
    } finally {
      await browser.close();
    }
  });
});
