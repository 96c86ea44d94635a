import { rm, writeFile } from 'node:fs/promises';
import type { Tensor, Trainable } from '@sensorium/contracts';
import { cast, constant, createScope, input, linear, matmul, mean, toOnnx, type Parameter } from '@sensorium/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, train } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 0 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await writeFile(squares.path('double.onnx'), doubleFile());
});
afterAll(() => rm(squares.folder, { recursive: true }));

/** The mean of a picture's channels [B,3] times a constant [3,5] of float64. */
function doubleFile(): Uint8Array {
  const x = input('picture', 'float32', ['batch', 3, 16, 16]);
  const weight = constant([1, 0, 2, 0, 1, 0, 3, 1, 0, 2, 1, 1, 0, 1, 0], 'float64', [3, 5]);
  const features = cast(matmul(cast(mean(x, [2, 3]), 'float64'), weight), 'float32');
  return toOnnx({ inputs: [x], outputs: { features } });
}

/** What a training with such a file tells. */
async function notesOf(trainable: Trainable['mode']): Promise<string[]> {
  const notes: string[] = [];
  const image = { encoder: 'onnx', file: squares.path('double.onnx'), trainable };
  await train(
    {
      sensorium: 1,
      inputs: { image },
      fusion: { use: 'attention', dim: 8, heads: 2, layers: 1 },
      heads: { answer: 'classification' },
      training: { epochs: 1, batchSize: 4 },
      data: { train: squares.path('train.csv') },
    },
    { out: squares.path('out'), overwrite: true, from, onNote: (note) => notes.push(note) },
  );
  return notes;
}

describe('a pretrained encoder', () => {
  const codesOf = async (trainable?: Trainable['mode']): Promise<string[]> => {
    const image = { encoder: 'onnx', file: squares.path('floats.onnx'), scale: 1, ...(trainable && { trainable }) };
    const { warnings } = await check(
      {
        sensorium: 1,
        inputs: { image },
        heads: { answer: 'classification' },
        data: { train: squares.path('train.csv') },
      },
      { from },
    );
    return warnings.filter(({ key }) => key === 'inputs.image').map(({ code, message }) => `${code}: ${message}`);
  };

  it('that would be trained whole is warned of, unless somebody chose it', async () => {
    const floats = ({ shape }: Parameter): Tensor => ({ dtype: 'float32', shape, data: new Float32Array(15).fill(1) });
    const scope = createScope();
    const x = input('picture', 'float32', ['batch', 3, 16, 16]);
    const features = linear(scope, mean(x, [2, 3]), 5, { bias: false });
    const weights = Object.fromEntries(scope.parameters.map((one) => [one.name, floats(one)]));
    await writeFile(squares.path('floats.onnx'), toOnnx({ inputs: [x], outputs: { features }, weights }));
    expect(await codesOf()).toEqual([
      expect.stringMatching(
        /^pretrained-trained-whole: inputs\.image is pretrained, and all of its 15 weights would be/,
      ),
    ]);
    for (const mode of ['probe', 'lora', 'frozen', 'full'] as const) expect(await codesOf(mode)).toEqual([]);
  });
});

describe('weights that are not float32', () => {
  it('are told where they would be trained, and not where nothing of the file would', async () => {
    expect(await notesOf('full')).toEqual([
      'matrices of float64 in the file of inputs.image stay as they are (1): only float32 weights are trained',
    ]);
    expect(await notesOf('probe')).toEqual([]);
    await expect(notesOf('lora')).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringContaining('nothing in inputs.image is pretrained') as string,
    });
  });
});
