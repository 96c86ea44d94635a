import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dimension, SymbolicTensor, Tensor, Tensors } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { createScope } from '../../scope.js';
import { numbers, withSession } from '../../testing/evaluate.js';
import { relativeError, spreadTensor } from '../../testing/numbers.js';
import { sharedModels } from '../../testing/shared-models.js';
import { initialWeights } from '../../testing/weights.js';
import { nodesInOrder } from '../../traverse.js';
import { constantTensor, valueOf, input, makeTensor } from '../../value.js';
import { readOnnx } from '../read/read.js';
import { toOnnx } from '../write.js';
import { importGraph } from './import.js';

const folder = sharedModels();
if (!folder) console.warn('skipped: the pretrained models of ../shared/models are not here');
const bytesOf = (path: string): Uint8Array => readFileSync(join(folder ?? '', path));

/** Every model with what it is fed, and how its open sizes are called. */
const models: Record<string, { feeds: Tensors; open?: Record<string, Dimension[]> }> = {
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
  },
  'silero-vad/silero_vad.onnx': {
    feeds: {
      input: spreadTensor('float32', [1, 576], 7, -0.5, 0.5),
      state: spreadTensor('float32', [2, 1, 128], 8, -1, 1),
      sr: makeTensor('int64', [], [16000]),
    },
    open: { input: ['batch', 'samples'], state: [2, 'batch', 128] },
  },
};

/** The model imported with the given symbols and written again. */
function rewritten(bytes: Uint8Array, inputs: Record<string, SymbolicTensor>): Uint8Array {
  const scope = createScope();
  const outputs = importGraph(scope.at('imported'), readOnnx(bytes), { inputs });
  return toOnnx({ outputs, weights: initialWeights(scope) });
}

const run = (model: Uint8Array, feeds: Tensors): Promise<Record<string, Tensor>> =>
  withSession(model, (session) => session.run(feeds));

describe.skipIf(!folder).each(Object.entries(models))('%s', (path, { feeds, open = {} }) => {
  it('is inspected', () => {
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { dtype, shape, data }]) => [name, name==='sr' ? constantTensor({dtype,shape,data} as Tensor): input(name, dtype, open[name] ?? shape)]),
    );
    const scope = createScope();
    const outputs = importGraph(scope.at('imported'), readOnnx(bytesOf(path)), { inputs });
    const c: Record<string, number> = {}; const op: Record<string, number> = {};
    for (const node of nodesInOrder(Object.values(outputs).map(valueOf))) { const k = node.definition.type; if (node.attributes['$origin']) op[k + ' ' + node.outputs.map((o) => o.shape.join()) ] = (op[k] ?? 0) + 1; else c[k] = (c[k] ?? 0) + 1; }
    console.log(path, c, 'OPAQUE', op, Object.entries(outputs).map(([k, v]) => k + ':' + v.shape), scope.parameters.length, scope.parameters.slice(0,8).map((p) => p.name + ' ' + p.shape));
  });
  it('gives what it gave before it was imported and written again', async () => {
    const bytes = bytesOf(path);
    const inputs = Object.fromEntries(
      Object.entries(feeds).map(([name, { dtype, shape }]) => [name, input(name, dtype, open[name] ?? shape)]),
    );
    const [expected, actual] = [await run(bytes, feeds), await run(rewritten(bytes, inputs), feeds)];
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, tensor] of Object.entries(expected)) {
      expect(actual[name]?.shape).toEqual(tensor.shape);
      expect(relativeError(numbers(actual[name]), numbers(tensor)), name).toBeLessThan(1e-5);
    }
  });
});
