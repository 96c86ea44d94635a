import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PluginFiles, Scope, SymbolicTensor, Warning } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { node, onnxFile } from '@sensorium/graph/testing';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { onnx } from './index.js';
import { fileOf } from './testing/models.js';

type Given = Omit<z.input<typeof onnx.options>, 'file'>;

const nothing = async function* (): AsyncGenerator<never> {};

/** What the encoder says of a file. */
async function warningsOf(bytes: Uint8Array, given: Given = {}): Promise<readonly Warning[]> {
  const files: PluginFiles = new Map([['x.onnx', bytes]]);
  const learned = await onnx.learn!(onnx.options.parse({ ...given, file: 'x.onnx' }), nothing(), files);
  return (await onnx.create(learned, files).survey!(nothing())).warnings;
}

/** A file whose network sees the pictures as `before` leaves them; its outputs are features, scores and a softmax. */
const network = (before: (x: SymbolicTensor) => SymbolicTensor, layout: 'NCHW' | 'NHWC' = 'NCHW'): Uint8Array => {
  const build = (scope: Scope, x: SymbolicTensor) => {
    const pixels = layout === 'NCHW' ? before(x) : g.transpose(before(x), [0, 3, 1, 2]);
    const features = g.mean(g.convolution(scope.at('stem'), pixels, 6, { stride: 2 }), [2, 3]);
    const scores = g.linear(scope.at('top'), features, 4);
    return { features, scores, best: g.reshape(g.softmax(scores), ['n', 4, 1, 1]) };
  };
  return fileOf(layout === 'NCHW' ? ['n', 3, 8, 8] : ['n', 8, 8, 3], build);
};
const plain = (x: SymbolicTensor): SymbolicTensor => x;
const said: Given = { output: 'features', scale: 1 };
const codes = async (bytes: Uint8Array, given?: Given): Promise<string[]> =>
  (await warningsOf(bytes, given)).map(({ code }) => code);

describe('an output', () => {
  it('that is a softmax is no features, also behind what only arranges it', async () => {
    const [warning] = await warningsOf(network(plain), { output: 'best', scale: 1 });
    expect(warning).toMatchObject({
      code: 'probabilities-as-features',
      message: expect.stringContaining('"best" is a softmax over the classes') as string,
      hint: expect.stringContaining('Those before it: ') as string,
    });
    expect(await codes(network(plain), { output: 'scores', scale: 1 })).toEqual([]);
  });
});

describe('what the file says of its output', () => {
  const said = (size: readonly number[]): Uint8Array =>
    onnxFile({
      nodes: [node('ReduceMean', ['x'], ['y'], { axes: [2, 3], keepdims: 0 })],
      inputs: { x: { dtype: 'float32', shape: ['n', 3, 8, 8] } },
      outputs: { y: { dtype: 'float32', shape: ['n', ...size] } },
    });

  it('and what it computes may differ, which harms nothing and is told', async () => {
    expect(await warningsOf(said([5]), { scale: 1 })).toMatchObject([
      {
        code: 'file-contradicts-itself',
        message: 'the file says that its output "y" is [n,5], and what it computes is [batch,3]',
      },
    ]);
    expect(await codes(said([3]), { scale: 1 })).toEqual([]);
  });

  it('is of its own size of pictures, and nothing is told of others', async () => {
    expect(await codes(said([5]), { scale: 1, size: 12 })).toEqual([]);
  });
});

describe('the scale of pixels', () => {
  const divided = (x: SymbolicTensor): SymbolicTensor => g.mul(g.sub(x, 127.5), 1 / 127.5);
  const unit = (x: SymbolicTensor): SymbolicTensor => g.div(g.sub(x, 0.5), 0.25);

  it('is asked for where nothing says it, by what is usual of such files', async () => {
    const [first] = await warningsOf(network(plain), { output: 'features' });
    expect(first).toMatchObject({ code: 'pixel-scale-unsaid', hint: expect.stringContaining('torchvision') as string });
    const [last] = await warningsOf(network(plain, 'NHWC'), { output: 'features' });
    expect(last!.hint).toContain('scale: 255, mean: 127.5, std: 127.5');
  });

  it.each<Given>([{ scale: 1 }, { scale: 255 }, { mean: [0.4, 0.5, 0.6] }, { std: 0.5 }])(
    'is not asked for where %o says it',
    async (given) => {
      expect(await codes(network(plain), { output: 'features', ...given })).toEqual([]);
    },
  );

  it('is known where the file itself divides the pixels', async () => {
    expect(await codes(network(unit), { output: 'features' })).toEqual([]);
    expect(await codes(network(divided), { output: 'features', scale: 255 })).toEqual([]);
    const [warning] = await warningsOf(network(divided), said);
    expect(warning).toMatchObject({
      code: 'pixel-scale',
      message: "the file's first layers take pixels as 0…255, and it is fed 0…1",
    });
    const [other] = await warningsOf(network(unit), { ...said, scale: 255 });
    expect(other!.message).toContain('take pixels as 0…1, and it is fed 0…255');
  });
});

const mobilenet = fileURLToPath(
  new URL('../../../../../shared/models/mobilenet-v2-imagenet/model.onnx', import.meta.url),
);

it.skipIf(!existsSync(mobilenet))('MobileNet as it is published (skipped where ../shared is missing)', async () => {
  expect(await codes(readFileSync(mobilenet))).toEqual(['probabilities-as-features', 'pixel-scale-unsaid']);
});
