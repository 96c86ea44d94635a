import { rm, writeFile } from 'node:fs/promises';
import type { Trainable } from '@sensorium/contracts';
import { cast, constant, input, matmul, mean, toOnnx } from '@sensorium/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train } from '../index.js';
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
