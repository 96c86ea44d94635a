import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { cpu } from '@sensorium/backend-node';
import { wasm } from '@sensorium/backend-web';
import type { Availability, Backend, SessionOptions, Tensors } from '@sensorium/contracts';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compute } from './backend.js';
import { differences } from './compare.js';
import { referenceModels } from './reference-models.js';

const references = referenceModels();

/** Everything that a backend computes of the reference models, or why it cannot. */
type Outcome = { readonly computed: readonly Tensors[] } | { readonly unavailable: string };

const here = async (backend: Backend, options?: SessionOptions): Promise<Outcome> => {
  const computed = [];
  for (const reference of references) computed.push(await compute(backend, reference, options));
  return { computed };
};

const backends: readonly { readonly name: string; readonly run: () => Promise<Outcome> }[] = [
  { name: 'cpu with one thread', run: () => here(cpu, { threads: 1 }) },
  { name: 'cpu in a worker', run: () => here(cpu, { isolate: true }) },
  { name: 'wasm', run: () => here(wasm) },
  { name: 'webgpu', run: inProcess },
];

describe('the same models compute the same numbers', () => {
  let expected: Outcome;
  beforeAll(async () => {
    expected = await here(cpu);
  });

  for (const { name, run } of backends) {
    it(name, async (context) => {
      const outcome = await run();
      if ('unavailable' in outcome) return context.skip(outcome.unavailable);
      if ('unavailable' in expected) throw new Error(expected.unavailable);
      for (const [index, reference] of expected.computed.entries()) {
        expect(differences(outcome.computed[index] ?? {}, reference), references[index]?.name).toEqual([]);
      }
    });
  }
});

// A graphics driver is chosen when a process starts, so webgpu gets one of its own, and what it needs in one bundle.
const source = fileURLToPath(new URL('../../backends/node/src/index.ts', import.meta.url));
const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));
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
  for (const { model, inputs } of availability.available ? deserialize(readFileSync(process.argv[2])) : []) {
    const session = await webgpu.load(model);
    computed.push(await session.run(inputs));
    await session.dispose();
  }
  writeFileSync(process.argv[3], serialize({ availability, computed }));`;
let folder: string | undefined;
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true });
});

async function inProcess(): Promise<Outcome> {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'agreement-'));
  await bundle(folder);
  const [given, result] = [join(folder, 'references'), join(folder, 'result')];
  writeFileSync(given, serialize(references));
  const url = pathToFileURL(join(folder, 'index.mjs')).href;
  const flags = ['--input-type=module', '--eval', program, url, given, result];
  await promisify(execFile)(process.execPath, flags, { env: environment, timeout: 55_000 });
  const { availability, computed } = deserialize(readFileSync(result)) as {
    availability: Availability;
    computed: Tensors[];
  };
  return availability.available ? { computed } : { unavailable: `webgpu cannot run here: ${availability.reason}` };
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
