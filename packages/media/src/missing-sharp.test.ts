import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import { expect, it } from 'vitest';

it('says what to install where sharp is not, and works without it as far as it can', async () => {
  // Outside of the repository, where no node_modules has sharp.
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-without-sharp-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@sensorium/source', 'node'] },
    build: {
      outDir: folder,
      target: 'node20',
      lib: {
        entry: fileURLToPath(new URL('./index.ts', import.meta.url)),
        formats: ['es'],
        fileName: () => 'media.mjs',
      },
      rolldownOptions: { external: ['sharp', /^node:/] },
    },
  });
  const script = `
    import { decodeImage, encodePng, readUtf8 } from './media.mjs';
    const png = await encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) });
    const text = await readUtf8(new Blob(['hello']), {}, 5);
    const { code, hint } = await decodeImage(png).catch((error) => error);
    console.log(JSON.stringify({ text, code, hint }));
  `;
  await writeFile(join(folder, 'main.mjs'), script);
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'main.mjs')]);
  await rm(folder, { recursive: true });
  expect(JSON.parse(stdout)).toEqual({
    text: 'hello',
    code: 'SENSORIUM_MISSING_PACKAGE',
    hint: 'Install it: npm install sharp',
  });
});
