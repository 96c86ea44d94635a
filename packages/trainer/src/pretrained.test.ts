import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPluginResolver, loadPipeline, readManifest, resolveManifest } from '@sensorium/orchestrator';
import { type Hub, startHub, writeModel } from '@sensorium/testkit/hub';
import { bertModel, vitModel } from '@sensorium/testkit/hub-models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train, type Progress } from './index.js';
import { from } from './testing/squares.js';

const commit = 'c'.repeat(40);
const bert = bertModel({ dim: 12, layers: 1, heads: 2, maxTokens: 16 });
const colours = ['red', 'blue'];
const rows = Array.from({ length: 32 }, (_, at) => ({
  sentence: `${['the', 'a', 'what is the'][at % 3]} ${colours[at % 2]} ${['circle', 'square', 'star'][at % 3]}`,
  colour: colours[at % 2],
}));

let folder: string;
let hub: Hub;
const path = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-hub-'));
  process.env['SENSORIUM_CACHE'] = path('cache');
  await writeModel(path('bert'), bert);
  await writeFile(path('rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  hub = await startHub({ 'someone/bert': { [commit]: bert } }, { main: commit });
});
afterAll(async () => {
  hub.close();
  await rm(folder, { recursive: true });
});

const manifest = (input: object): object => ({
  sensorium: 1,
  name: 'colours',
  inputs: { sentence: { encoder: 'transformers', ...input } },
  heads: { colour: 'classification' },
  training: { epochs: 30, batchSize: 8, learningRate: 0.01, validation: 0 },
  data: { train: path('rows.jsonl') },
});
let count = 0;
/** Trains, and says where the model is, and what became of its options. */
async function trained(input: object, onProgress?: (progress: Progress) => void) {
  const out = path(`model${count++}`);
  const file = `${out}.json`;
  await writeFile(file, JSON.stringify(manifest(input)));
  const { manifest: written } = await train(file, { out, from, onProgress });
  return { out, written: written.inputs['sentence']!.options };
}

describe.each(['probe', 'lora', 'full'] as const)('a model that is trained as %s', (trainable) => {
  it('learns, and answers without the files that it was made of', async () => {
    const { out } = await trained({ model: './bert', trainable });
    await using pipeline = await loadPipeline(out, { from });
    const answers = await Promise.all(
      ['what is the blue star', 'a red square'].map(async (sentence) => (await pipeline.run({ sentence }))['colour']),
    );
    expect(answers.map((answer) => answer?.text.split(' ')[0])).toEqual(['blue', 'red']);
  });
});

it('a model of the hub is read with progress, pinned to its commit, and needed no more afterwards', async () => {
  const seen: Progress[] = [];
  const given = { model: 'someone/bert', hub: hub.address, trainable: 'probe' };
  const { out, written } = await trained(given, (progress) => seen.push(progress));
  expect(written).toMatchObject({ revision: commit });
  expect(seen.filter(({ phase }) => phase === 'download').map(({ subject }) => subject)).toContain(
    `${hub.address}/someone/bert/resolve/${commit}/onnx/model.onnx`,
  );
  hub.asked.length = 0;
  await trained({ ...given, revision: commit });
  expect(hub.asked).toEqual([]);
  await using pipeline = await loadPipeline(out, { from });
  expect((await pipeline.run({ sentence: 'the red star' }))['colour']?.text).toContain('red');
  expect(hub.asked).toEqual([]);
});

it('another modality than the manifest says is an error at its line', async () => {
  await writeModel(path('pictures'), vitModel({ dim: 8, layers: 1, heads: 2, size: 16, patch: 8 }));
  await expect(trained({ model: './pictures' })).rejects.toMatchObject({
    code: 'SENSORIUM_MANIFEST_INVALID',
    location: expect.objectContaining({ key: expect.stringContaining('sentence') as string }) as object,
  });
});

it('manifests of the documentation are read, and say nothing that the encoder does not know', async () => {
  const page = await readFile(new URL('../../../docs/pretrained.md', import.meta.url), 'utf8');
  const manifests = Array.from(page.matchAll(/```yaml\n(.*?)```/gs), ([, yaml]) => yaml as string);
  expect(manifests).toHaveLength(2);
  const resolver = createPluginResolver({ from });
  for (const [index, yaml] of manifests.entries()) {
    await writeFile(path(`page${index}.yaml`), yaml);
    const { manifest } = await resolveManifest(await readManifest(path(`page${index}.yaml`)), resolver);
    expect(Object.values(manifest.inputs).map(({ encoder }) => encoder)).toContain('@sensorium/encoder-transformers');
  }
});
