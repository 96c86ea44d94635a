import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import { expect, it } from 'vitest';

it('says what to install where node-av is not, and reads WAV without it', async () => {
  // Outside of the repository, where no node_modules has node-av.
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-without-av-'));
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
      rolldownOptions: { external: ['sharp', 'node-av', /^node:/] },
    },
  });
  const script = `
    import { decodeSound, encodeWav } from './media.mjs';
    const sound = { rate: 8000, channels: [Float32Array.of(0.5, 0.25)] };
    const { rate, channels } = await decodeSound(encodeWav(sound));
    const flac = new Uint8Array(100);
    flac.set(new TextEncoder().encode('fLaC'));
    const { code, hint, message } = await decodeSound(flac).catch((error) => error);
    console.log(JSON.stringify({ rate, samples: [...channels[0]], code, hint, message }));
  `;
  await writeFile(join(folder, 'main.mjs'), script);
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'main.mjs')]);
  await rm(folder, { recursive: true });
  expect(JSON.parse(stdout)).toEqual({
    rate: 8000,
    samples: [0.5, 0.25],
    code: 'SENSORIUM_MISSING_PACKAGE',
    hint: 'Install it: npm install node-av',
    message: 'decoding FLAC in Node needs the package "node-av", which cannot be loaded here',
  });
});
