import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import type { Availability, Backend, SessionOptions, Tensors } from '@sensorium/contracts';
import { build } from 'vite';
import { compute } from '../backend.js';
import type { ReferenceModel } from '../reference-models.js';

/** Models with numbers to feed them. */
export type Feeds = readonly Pick<ReferenceModel, 'model' | 'inputs'>[];

/** What a backend computes of several models, in their order; or why it cannot compute at all. */
export type Outcome = { readonly computed: readonly (Tensors | Error)[] } | { readonly unavailable: string };

const source = fileURLToPath(new URL('../../../backends/node/src/index.ts', import.meta.url));
const cache = fileURLToPath(new URL('../../../../node_modules/.cache', import.meta.url));
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const environment = existsSync(softwareDriver)
  ? { ...process.env, VK_ICD_FILENAMES: softwareDriver, LD_LIBRARY_PATH: '/usr/lib/chromium' }
  : process.env;
const program = `
  const { readFileSync, writeFileSync } = await import('node:fs');
  const { deserialize, serialize } = await import('node:v8');
  const { webgpu } = await import(process.argv[1]);
  const availability = await webgpu.available();
  const computed = [];
  // The device, with the shaders that were compiled on it, lasts as long as there is a session.
  let last;
  for (const { model, inputs } of availability.available ? deserialize(readFileSync(process.argv[2])) : []) {
    try {
      const session = await webgpu.load(model);
      await last?.dispose();
      last = session;
      computed.push(await session.run(inputs));
    } catch (error) {
      computed.push(error);
    }
  }
  writeFileSync(process.argv[3], serialize({ availability, computed }));`;

/**
 * Runs models on the webgpu of @sensorium/backend-node: with the machine's driver, or that of Debian's Chromium, which
 * computes on the processor. A driver is chosen when a process starts, so this starts one, and bundles what it needs.
 */
export async function onWebgpu(feeds: Feeds, timeout = 55_000): Promise<Outcome> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'webgpu-'));
  try {
    await bundle(folder);
    const [given, result] = [join(folder, 'feeds'), join(folder, 'result')];
    writeFileSync(given, serialize(feeds.map(({ model, inputs }) => ({ model, inputs }))));
    const url = pathToFileURL(join(folder, 'index.mjs')).href;
    const flags = ['--input-type=module', '--eval', program, url, given, result];
    await promisify(execFile)(process.execPath, flags, { env: environment, timeout });
    const { availability, computed } = deserialize(readFileSync(result)) as {
      availability: Availability;
      computed: (Tensors | Error)[];
    };
    return availability.available ? { computed } : { unavailable: `webgpu cannot run here: ${availability.reason}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function bundle(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@sensorium/source', 'node', 'import', 'module', 'default'] },
    ssr: {
      noExternal: [/^@sensorium\//],
      external: ['onnxruntime-node', 'zod'],
      resolve: { conditions: ['@sensorium/source'] },
    },
    build: { ssr: source, outDir, rollupOptions: { output: { entryFileNames: 'index.mjs' } } },
  });
}

/** Runs models with any backend, here. */
export async function onBackend(backend: Backend, feeds: Feeds, options: SessionOptions = {}): Promise<Outcome> {
  const computed: (Tensors | Error)[] = [];
  for (const { model, inputs } of feeds) {
    try {
      computed.push(await compute(backend, { model, inputs }, options));
    } catch (error) {
      computed.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return { computed };
}
