import type { Raster } from '@sensorium/modality-image';
import { createRandom, sha256 } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { type Model, wav2vec2Model } from '@sensorium/testkit/hub';
import { bertModel, clapModel, clipModel, vitModel, whisperModel } from '@sensorium/testkit/hub-models';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { transformers } from './index.js';
import { filesOf, learn, type Given } from './testing/encode.js';

const depth = { dim: 8, layers: 1, heads: 2 };
const models: Readonly<Record<string, Model>> = {
  bert: bertModel({ ...depth, maxTokens: 12 }),
  vit: vitModel({ ...depth, size: 16, patch: 8 }),
  clip: clipModel({ ...depth, size: 16, patch: 8, resize: 20 }),
  wav2vec2: wav2vec2Model(8),
  whisper: whisperModel({ ...depth, seconds: 1 }),
  clap: clapModel({ ...depth, seconds: 1 }),
};
const inFolder = (name: string, model: Model): [string, Uint8Array][] =>
  [...model].map(([file, bytes]) => [`./${name}/${file}`, bytes]);
const listing = new TextEncoder().encode(
  JSON.stringify({ sha: 'a'.repeat(40), siblings: [...models['bert']!.keys()].map((rfilename) => ({ rfilename })) }),
);
const files = new Map([
  ...Object.entries(models).flatMap(([name, model]) => inFolder(name, model)),
  ...inFolder('half', new Map([...models['bert']!, ['onnx/model_fp16.onnx', models['bert']!.get('onnx/model.onnx')!]])),
  ['https://hub.test/api/models/a/bert/revision/v1', listing] as const,
  ...[...models['bert']!].map(
    ([name, bytes]) => [`https://hub.test/a/bert/resolve/${'a'.repeat(40)}/${name}`, bytes] as const,
  ),
]);

const picture = (width: number, height: number, channels: Raster['channels']): Raster => ({
  width,
  height,
  channels,
  data: createRandom(1, `${width}`).bytes(width * height * channels),
});
const wave = (rate: number, length: number) => ({
  rate,
  channels: [Float32Array.from({ length }, (_, at) => Math.sin(at * 0.3) / 2)],
});
const values: Readonly<Record<z.output<typeof transformers.options>['modality'], readonly unknown[]>> = {
  text: ['What is the red circle?', '', '日本 🙂 café', Array(30).fill('star').join(' ')],
  image: [picture(16, 16, 3), picture(40, 20, 4), picture(7, 9, 1)],
  audio: [wave(16_000, 4000), wave(48_000, 9000), wave(16_000, 1)],
};

conformsAsEncoder(transformers, {
  options: [
    { model: './bert', maxTokens: 9, sha256: { 'config.json': await sha256(files.get('./bert/config.json')!) } },
    { model: './half', dtype: 'fp16', pooling: 'first', tokens: 5 },
    { model: 'a/bert', hub: 'https://hub.test/', revision: 'v1' },
    { model: './vit', modality: 'image' },
    { model: './clip', modality: 'image', output: 'image_embeds' },
    { model: './wav2vec2', modality: 'audio', maxSeconds: 0.2 },
    { model: './wav2vec2', modality: 'audio', seconds: 0.15, pooling: 'first' },
    { model: './whisper', modality: 'audio' },
    { model: './clap', modality: 'audio' },
  ] satisfies Given[],
  files,
  values: ({ modality }) => values[modality],
});
conformsToReadme(transformers, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

describe('a model of another layout is refused:', () => {
  const changed = (model: Model, changes: Readonly<Record<string, unknown>>): Model =>
    new Map([
      ...model,
      ...Object.entries(changes).map(
        ([name, value]) =>
          [name, value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value))] as const,
      ),
    ]);
  const bert = models['bert']!;
  const vit = models['vit']!;

  it.each<[string, Model, Omit<Given, 'model'>, string]>([
    ['of an unknown type', changed(bert, { 'config.json': { model_type: 'bort' } }), {}, 'Did you mean "bert"'],
    ['of no type', changed(bert, { 'config.json': {} }), {}, 'model_type'],
    ['that is given something else', vit, { modality: 'audio' }, 'is not given sounds'],
    ['whose tokenizer is none', changed(bert, { 'tokenizer.json': { model: 3 } }), {}, 'tokenizer.json'],
    [
      'whose pictures have no size',
      changed(vit, { 'preprocessor_config.json': { image_mean: [0, 0, 0] } }),
      { modality: 'image' },
      'size',
    ],
    [
      'whose pictures keep their shape',
      changed(vit, { 'preprocessor_config.json': { size: { shortest_edge: 20 }, do_normalize: false } }),
      { modality: 'image' },
      'a shape of their own',
    ],
    [
      'whose pixels have no scale',
      changed(vit, { 'preprocessor_config.json': { size: 16 } }),
      { modality: 'image' },
      'image_mean',
    ],
    ['without the tensor that is asked for', bert, { output: 'last_hidden_stat' }, 'Did you mean "last_hidden_state"'],
    ['without a vector of its own', bert, { pooling: 'model' }, 'no vector of a whole sample'],
  ])('%s', async (_, model, given, message) => {
    await expect(learn(model, given, [])).rejects.toMatchObject({
      code: expect.stringMatching(/^SENSORIUM_(BAD_MODEL|MANIFEST_INVALID)$/) as string,
      message: expect.stringContaining(message) as string,
    });
  });

  it('one whose files are not all there', async () => {
    const without = new Map([...bert].filter(([name]) => name !== 'tokenizer.json'));
    await expect(learn(without, {}, [])).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
  });

  it('one whose file asks for what is not made of the value', () => {
    const learned = { model: './model', tokens: 4, output: 'y', pooling: 'mean', tokenizer: {} } as const;
    const options = transformers.options.parse(learned);
    const wrong = changed(bert, { 'onnx/model.onnx': vit.get('onnx/model.onnx')! });
    const encoder = transformers.create(options, filesOf(wrong));
    const x = Object.fromEntries(
      Object.entries(encoder.kept).map(([name, { dtype, shape }]) => [name, input(name, dtype, ['batch', ...shape])]),
    );
    expect(() => encoder.build(createScope(), x, input('present', 'float32', ['batch', 1]))).toThrow(
      expect.objectContaining({ message: expect.stringContaining('asks for "pixel_values"') as string }),
    );
  });
});
