import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cpuPlugin } from '@sensorium/backend-node';
import { defineBackend, type BackendPlugin, type Plugin } from '@sensorium/contracts';
import type { ClassificationPrediction } from '@sensorium/head-classification';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chooseBackend, createPluginResolver, loadPipeline, platform, preferenceOf, type Platform } from './index.js';
import { buildSmallModel, plugins, writeModelFolder, type BuiltModel } from './testing/small-model.js';

let built: BuiltModel;
let folder: string;
beforeAll(async () => {
  built = await buildSmallModel();
});
beforeEach(async () => {
  folder = await writeModelFolder(built);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Answering {
  inputs: { title: string; note: string };
  heads: { answer: ClassificationPrediction };
}

const sample = { title: 'red square', note: 'blue' };

async function answerOf(source: Parameters<typeof loadPipeline>[0]): Promise<unknown> {
  const pipeline = await loadPipeline(source, { plugins });
  try {
    return await pipeline.run(sample);
  } finally {
    await pipeline.dispose();
  }
}

const editManifest = async (edit: (manifest: Record<string, unknown>) => void): Promise<void> => {
  const manifest = structuredClone(built.manifest) as unknown as Record<string, unknown>;
  edit(manifest);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
};

it('says which plugins are installed in another version than the model was trained with', async () => {
  await editManifest((manifest) => {
    const packages = { '@sensorium/encoder-text': '0.0.9', '@sensorium/fusion-attention': '0.1.0' };
    manifest['built'] = { ...built.manifest.built, packages };
  });
  await using pipeline = await loadPipeline(folder, { from: [new URL('../package.json', import.meta.url)] });
  expect(pipeline.otherVersions).toEqual([
    { package: '@sensorium/encoder-text', trained: '0.0.9', installed: '0.1.0' },
  ]);
});

describe('where a model comes from', () => {
  it('is a folder, a file URL, or memory, with the same answers', async () => {
    const answer = await answerOf(folder);
    for (const url of [`file://${folder}`, `file://${folder}/`, new URL(`file://${folder}/`)]) {
      expect(await answerOf(url)).toEqual(answer);
    }
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as object;
    expect(await answerOf({ manifest, model: await readFile(join(folder, 'model.onnx')) })).toEqual(answer);
  });

  describe('is a web server', () => {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      if (searchParams.get('key') !== 'secret') return response.writeHead(403).end();
      if (pathname.startsWith('/app/')) return response.end('<!doctype html><title>App</title>');
      if (pathname === '/half/model.onnx') return response.end('<html lang="en"></html>');
      readFile(join(folder, pathname.replace(/^\/(models|half)\//, ''))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(pathname.includes('broken') ? 500 : 404).end(),
      );
    });
    let address: string;
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => server.close());

    it('with the same answers', async () => {
      const answer = await answerOf(folder);
      expect(await answerOf(`${address}/models?key=secret`)).toEqual(answer);
      expect(await answerOf(new URL(`${address}/models/?key=secret`))).toEqual(answer);
    });

    it.each([
      ['/elsewhere?key=secret', 'SENSORIUM_NOT_FOUND'],
      ['/models', 'SENSORIUM_NO_PERMISSION'],
      ['/broken?key=secret', 'SENSORIUM_IO'],
    ])('that answers with an error: %s', async (path, code) => {
      const error = await loadPipeline(address + path, { plugins }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code, location: { file: expect.stringContaining('/manifest.json') } });
      expect(String(error)).not.toContain('secret');
    });

    it.each([
      ['/app/model', 'manifest.json'],
      ['/half', 'model.onnx'],
    ])('that answers with a page in place of a file: %s', async (path, file) => {
      const given = `${address}${path}/${file}`;
      await expect(loadPipeline(`${address}${path}?key=secret`, { plugins })).rejects.toMatchObject({
        code: 'SENSORIUM_NOT_FOUND',
        message: `${given} is an HTML page: the server has no such file and answered with a page instead`,
        location: { file: given },
      });
    });

    it('that is not there', async () => {
      await expect(loadPipeline('http://127.0.0.1:1/model', { plugins })).rejects.toMatchObject({
        code: 'SENSORIUM_IO',
      });
    });
  });
});

describe('a folder that cannot be used', () => {
  it('is not there', async () => {
    const missing = join(folder, 'nowhere');
    await expect(loadPipeline(missing, { plugins })).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      message: expect.stringContaining(missing),
    });
  });

  it('has a model that was changed', async () => {
    const changed = Uint8Array.from(built.model);
    changed[changed.length - 1]! ^= 1;
    await writeFile(join(folder, 'model.onnx'), changed);
    await expect(loadPipeline(folder, { plugins })).rejects.toMatchObject({
      code: 'SENSORIUM_CHECKSUM',
      location: { file: join(folder, 'model.onnx') },
    });
    await expect(loadPipeline({ ...built, model: changed }, { plugins })).rejects.toMatchObject({
      code: 'SENSORIUM_CHECKSUM',
    });
  });

  it.each<[string, string, string]>([
    ['cut off', '{"sensorium": 1, "na', 'JSON'],
    ['not text', '\xff\xfe', ''],
    ['of another program', '{"name": "x"}', 'sensorium'],
    ['a list', '[]', 'object'],
  ])('has a manifest that is %s', async (_, content, reason) => {
    await writeFile(join(folder, 'manifest.json'), Buffer.from(content, 'latin1'));
    await expect(loadPipeline(folder, { plugins })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MODEL',
      message: expect.stringContaining(reason),
      location: { file: join(folder, 'manifest.json') },
    });
  });

  it('has a manifest with a value that no manifest has', async () => {
    await editManifest((manifest) =>
      Object.assign((manifest['inputs'] as { note: object }).note, { missing: 'maybe' }),
    );
    await expect(loadPipeline(folder, { plugins })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MODEL',
      message: expect.stringContaining('inputs.note.missing'),
    });
  });

  it('has a manifest that does not vouch for the model', async () => {
    await editManifest((manifest) => Object.assign(manifest['built'] as object, { files: {} }));
    await expect(loadPipeline(folder, { plugins })).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MODEL' });
  });

  it('has options that the plugin does not know', async () => {
    await editManifest((manifest) => {
      const { fusion } = manifest['fusions'] as { fusion: { options: object } };
      Object.assign(fusion.options, { gates: 3 });
    });
    await expect(loadPipeline(folder, { plugins })).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringMatching(/fusion-attention does not take these options[^]*gates/),
      location: { key: 'fusion' },
    });
  });

  it('needs plugins that are not given', async () => {
    await expect(loadPipeline(folder, { plugins: plugins.slice(0, 2), from: [] })).rejects.toMatchObject({
      code: 'SENSORIUM_UNKNOWN_PLUGIN',
    });
  });
});

it('finds installed plugins by itself', async () => {
  const pipeline = await loadPipeline(folder, { from: [new URL('../package.json', import.meta.url)] });
  expect(Object.keys(await pipeline.run(sample))).toEqual(['answer']);
  await pipeline.dispose();
});

describe('the backend', () => {
  /** Says of itself that it is not there. */
  const absent = (name: string): BackendPlugin =>
    defineBackend({
      specVersion: 'v1',
      name,
      options: z.strictObject({}),
      create: () => ({
        name,
        available: async () => ({ available: false, reason: `no ${name} in this test` }),
        load: () => Promise.reject(new Error('must not be loaded')),
      }),
    });
  const crippled: Platform = {
    ...platform,
    backends: { ...platform.backends, cuda: async () => absent('cuda'), webgpu: async () => absent('webgpu') },
  };

  it('is the first that can run, and the report says why it is not one before', async () => {
    const { use, ...report } = await chooseBackend(crippled, ['cuda', 'webgpu', 'cpu', 'wasm']);
    expect(use.name).toBe('cpu');
    expect(report).toEqual({
      backend: 'cpu',
      passedOver: [
        { backend: 'cuda', reason: 'no cuda in this test' },
        { backend: 'webgpu', reason: 'no webgpu in this test' },
      ],
    });
  });

  it('is an error where none of those asked for is there', async () => {
    await expect(chooseBackend(crippled, ['cuda', 'webgpu'])).rejects.toMatchObject({
      code: 'SENSORIUM_BACKEND_UNAVAILABLE',
      message: 'cuda: no cuda in this test\nwebgpu: no webgpu in this test',
    });
    await expect(chooseBackend(crippled, [])).rejects.toMatchObject({ code: 'SENSORIUM_BACKEND_UNAVAILABLE' });
  });

  it('is WebAssembly where the default cannot run and nobody has chosen, and the report says why', () => {
    const preferred = (backend: string[] | null): readonly string[] => preferenceOf({ backend }, platform);
    expect(preferred(null)).toEqual(['cpu', 'wasm']);
    expect(preferred(['cpu'])).toEqual(['cpu']);
    expect(preferred(['cuda'])).toEqual(['cuda']);
    expect(preferred(['cuda', 'cpu'])).toEqual(['cuda', 'cpu']);
    expect(preferred(['elsewhere'])).toEqual(['elsewhere', 'cpu', 'wasm']);
  });

  it('is an error where its name is none, however far down the list', async () => {
    await expect(loadPipeline(folder, { plugins, backend: ['cpu', 'wegpu'] })).rejects.toMatchObject({
      code: 'SENSORIUM_BACKEND_UNAVAILABLE',
      message: expect.stringContaining('Did you mean "webgpu"?'),
      hint: expect.stringContaining('cpu, webgpu, cuda, wasm'),
    });
  });

  it('is passed over where it belongs to the other platform', async () => {
    const { cpu, ...rest } = platform.backends;
    const { backend, passedOver } = await chooseBackend({ ...platform, backends: rest }, ['cpu', 'wasm']);
    expect(cpu).toBeDefined();
    expect({ backend, passedOver }).toEqual({
      backend: 'wasm',
      passedOver: [{ backend: 'cpu', reason: 'it does not exist on this platform' }],
    });
  });

  it('may be a plugin at hand, or one that is installed, and is passed over like others', async () => {
    const backend = ['neural', 'mine', 'cpu'];
    const atHand = [...plugins, absent('neural'), { ...cpuPlugin, name: 'mine' }];
    await using pipeline = await loadPipeline(folder, { plugins: atHand, backend });
    expect(pipeline.backend).toEqual({
      backend: 'mine',
      passedOver: [{ backend: 'neural', reason: 'no neural in this test' }],
    });
    expect(Object.keys(await pipeline.run(sample))).toEqual(['answer']);

    const at = join(folder, 'node_modules/sensorium-backend-own');
    await mkdir(at, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies: { 'sensorium-backend-own': '*' } }));
    await writeFile(
      join(at, 'package.json'),
      JSON.stringify({ version: '1.0.0', type: 'module', exports: './index.js' }),
    );
    const options = '{ _zod: {}, parse: () => ({}) }';
    const make = "() => ({ name: 'own', available: async () => ({ available: false, reason: 'asleep' }) })";
    await writeFile(
      join(at, 'index.js'),
      `export const own = { specVersion: 'v1', kind: 'backend', name: 'own', options: ${options}, create: ${make} };`,
    );
    const { passedOver } = await chooseBackend(platform, ['own', 'cpu'], createPluginResolver({ from: [folder] }));
    expect(passedOver).toEqual([{ backend: 'own', reason: 'asleep' }]);
  });

  it('gives the same answers in Node with wasm and cpu', async () => {
    const onWasm = await loadPipeline<Answering>(folder, { plugins, backend: 'wasm' });
    const onCpu = await loadPipeline<Answering>(folder, { plugins });
    const [a, b] = await Promise.all([onWasm.run(sample), onCpu.run(sample)]);
    expect([onWasm.backend.backend, onCpu.backend.backend]).toEqual(['wasm', 'cpu']);
    expect(a.answer.label).toBe(b.answer.label);
    a.answer.candidates.forEach(({ probability }, index) => {
      const expected = b.answer.candidates[index]!.probability;
      expect(Math.abs(probability - expected)).toBeLessThan(1e-4 * expected);
    });
    await Promise.all([onWasm.dispose(), onCpu.dispose()]);
  });
});

describe('an encoder that prepares something else than it declares', () => {
  it('is found out before it shifts the numbers of others', async () => {
    const wrong = plugins.map((plugin): Plugin => {
      if (plugin.kind !== 'encoder' || plugin.name !== 'text') return plugin;
      const create: typeof plugin.create = (options, files) => {
        const encoder = plugin.create(options, files);
        return { ...encoder, prepare: () => ({ ids: { dtype: 'int32', shape: [1, 5], data: new Int32Array(5) } }) };
      };
      return { ...plugin, create };
    });
    const pipeline = await loadPipeline(folder, { plugins: wrong });
    await expect(pipeline.run(sample)).rejects.toMatchObject({
      code: 'SENSORIUM_SHAPE',
      message: 'the encoder prepared int32 [1,5] as "ids", and declares int32 [1,6]',
    });
    await pipeline.dispose();
  });
});
