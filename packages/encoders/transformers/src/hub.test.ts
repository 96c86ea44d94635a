import { required, type FileReading, type PluginFiles } from '@sensorium/contracts';
import { startHub, type Commits, type Hub } from '@sensorium/testkit/hub';
import { bertModel, vitModel } from '@sensorium/testkit/hub-models';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { transformers } from './index.js';
import { learnFrom, type Given } from './testing/encode.js';

const texts = ['a red circle', 'what is the square?'];
const bert = bertModel({ dim: 8, layers: 1, heads: 2, maxTokens: 12 });
const [first, second] = ['1'.repeat(40), '2'.repeat(40)] as const;

const commits: Commits = {
  'someone/bert': { [first]: bert, [second]: bertModel({ dim: 6, layers: 1, heads: 2, maxTokens: 12 }) },
  'someone/pictures': { [first]: vitModel({ dim: 6, layers: 1, heads: 2, size: 16, patch: 8 }) },
  'someone/bare': { [first]: new Map([...bert].filter(([name]) => !name.endsWith('.onnx'))) },
  'someone/half': { [first]: new Map([...bert, ['onnx/model_fp16.onnx', Uint8Array.of(1, 2, 3)]]) },
};

let server: Hub;
let hub: string;
let asked: string[];
beforeAll(async () => {
  server = await startHub(commits, { main: first, next: second });
  ({ address: hub, asked } = server);
});
afterAll(() => server.close());
afterEach(() => {
  asked.length = 0;
  vi.unstubAllEnvs();
});

/** Reads a model as training does: what the plugin names, until it names nothing new. */
async function readAll(given: Given, reading: Partial<FileReading> = {}, kept = new Map<string, Uint8Array>()) {
  const options = transformers.options.parse({ hub, ...given });
  const read = new Map<string, Uint8Array>();
  const whole: FileReading = {
    kept: async (name) => kept.get(name),
    keep: async (name, bytes) => void kept.set(name, bytes),
    ...reading,
  };
  for (;;) {
    const missing = transformers.files!(options, read).filter((name) => !read.has(name));
    if (missing.length === 0) return read as PluginFiles;
    for (const name of missing) read.set(name, await required(transformers.read!(name, options, whole), 'reading'));
  }
}

describe('a model of the hub', () => {
  it('is read by its name, and the commit and the hashes of its files written down', async () => {
    const files = await readAll({ model: 'someone/bert' });
    const learned = await learnFrom(files, { hub, model: 'someone/bert' }, texts);
    expect(learned.revision).toBe(first);
    expect(Object.keys(learned.sha256!)).toEqual([
      'config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'onnx/model.onnx',
    ]);
    expect(asked[0]).toBe('/api/models/someone/bert/revision/main');
  });

  it('of another revision is another model', async () => {
    const files = await readAll({ model: 'someone/bert', revision: 'next' });
    const given = { hub, model: 'someone/bert', revision: 'next' };
    const learned = await learnFrom(files, given, texts);
    expect(learned.revision).toBe(second);
    const other = await learnFrom(await readAll({ model: 'someone/bert' }), { hub, model: 'someone/bert' }, texts);
    expect(other.sha256!['onnx/model.onnx']).not.toBe(learned.sha256!['onnx/model.onnx']);
  });

  it('tells how far it is read', async () => {
    const seen: (readonly [number, number])[] = [];
    await readAll({ model: 'someone/bert' }, { onProgress: (done, total) => void seen.push([done, total]) });
    const size = bert.get('onnx/model.onnx')!.length;
    expect(seen).toContainEqual([size, size]);
    expect(seen.every(([done, total]) => done <= total)).toBe(true);
  });

  it('is read once: afterwards only where the branch stands is asked, and nothing for a commit', async () => {
    const kept = new Map<string, Uint8Array>();
    await readAll({ model: 'someone/bert' }, {}, kept);
    asked.length = 0;
    await readAll({ model: 'someone/bert' }, {}, kept);
    expect(asked).toEqual(['/api/models/someone/bert/revision/main']);
    asked.length = 0;
    const files = await readAll({ model: 'someone/bert', revision: first }, {}, kept);
    expect(asked).toEqual([]);
    expect((await learnFrom(files, { hub, model: 'someone/bert', revision: first }, texts)).revision).toBe(first);
  });

  it('is asked for with the token of the environment', async () => {
    await readAll({ model: 'someone/bert' });
    expect(server.token()).toBeUndefined();
    vi.stubEnv('HF_TOKEN', 'hf_secret');
    await readAll({ model: 'someone/bert' });
    expect(server.token()).toBe('Bearer hf_secret');
  });

  it('stops being read where it is told to', async () => {
    await expect(readAll({ model: 'someone/bert' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('is refused:', () => {
  it.each<[string, Given, string, string]>([
    ['a model that is not there', { model: 'someone/none' }, 'SENSORIUM_NO_PERMISSION', 'no model of this name'],
    ['a revision that is not there', { model: 'someone/bert', revision: 'v9' }, 'SENSORIUM_NOT_FOUND', 'revision "v9"'],
    [
      'a dtype that a commit does not have',
      { model: 'someone/bert', revision: first, dtype: 'q8' },
      'SENSORIUM_NOT_FOUND',
      'model_quantized.onnx',
    ],
    ['a model without ONNX files', { model: 'someone/bare' }, 'SENSORIUM_BAD_MODEL', 'no file "onnx/model.onnx"'],
    ['a dtype that it does not have', { model: 'someone/bert', dtype: 'q8' }, 'SENSORIUM_BAD_MODEL', 'model_quantized'],
    [
      'a model of another modality',
      { model: 'someone/pictures' },
      'SENSORIUM_MANIFEST_INVALID',
      'a model of the type "vit" is not given texts',
    ],
  ])('%s', async (_, given, code, message) => {
    await expect(readAll(given)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  });

  it('a file that is no ONNX model', async () => {
    const given = { hub, model: 'someone/half', dtype: 'fp16' } as const;
    const files = await readAll(given);
    await expect(learnFrom(files, given, texts)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MODEL' });
  });

  it('other files than the manifest means', async () => {
    const files = await readAll({ model: 'someone/bert' });
    const given = { hub, model: 'someone/bert', sha256: { 'config.json': '0'.repeat(64) } };
    await expect(learnFrom(files, given, texts)).rejects.toMatchObject({
      code: 'SENSORIUM_CHECKSUM',
      message: expect.stringContaining('"config.json"') as string,
    });
  });

  it('a hub that cannot be reached, with the commit that is kept', async () => {
    const offline = { model: 'someone/bert', hub: 'http://127.0.0.1:1' };
    await expect(readAll(offline)).rejects.toMatchObject({
      code: 'SENSORIUM_IO',
      message: expect.stringContaining('127.0.0.1:1 cannot be reached') as string,
      hint: expect.stringContaining('./folder') as string,
    });
    const kept = new Map<string, Uint8Array>();
    await readAll({ model: 'someone/bert' }, {}, kept);
    const moved = new Map([...kept].map(([name, bytes]) => [name.replace(hub, offline.hub), bytes]));
    await expect(readAll(offline, {}, moved)).rejects.toMatchObject({
      hint: expect.stringContaining(`revision: ${first}`) as string,
    });
  });
});

it('files of a folder are read by whoever reads files beside the manifest', () => {
  const options = transformers.options.parse({ model: './bert', hub });
  const reading = { kept: async () => undefined, keep: async () => undefined };
  expect(transformers.files!(options, new Map())).toEqual(['./bert/config.json']);
  expect(transformers.read!('./bert/config.json', options, reading)).toBeUndefined();
  expect(() => transformers.files!({ ...options, revision: 'main' }, new Map())).toThrow(
    expect.objectContaining({ code: 'SENSORIUM_MANIFEST_INVALID' }),
  );
});
