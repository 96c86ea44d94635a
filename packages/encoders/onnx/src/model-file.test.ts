import { cpu } from '@sensorium/backend-node';
import type { Tensor } from '@sensorium/contracts';
import { sha256 } from '@sensorium/data';
import { externalTensor, node, onnxFile } from '@sensorium/graph/testing';
import { expectAllClose, runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { onnx } from './index.js';
import { external, files, first, graphOf, picture, present, second, split } from './testing/models.js';

const square = picture(8, 8, 3, 'square');
const numbers = ({ data }: Tensor): number[] => Array.from(data, Number);
const nothing = async function* (): AsyncGenerator<never> {};
const learn = (given: z.input<typeof onnx.options>, own = files) =>
  onnx.learn!(onnx.options.parse(given), nothing(), own);

async function featuresOf(learned: z.output<typeof onnx.options>): Promise<Record<string, Tensor>> {
  const encoder = onnx.create(learned, files);
  const { features, weights } = graphOf(encoder);
  return runGraph(features, { ...encoder.prepare(square), present }, weights);
}

describe('weights in files beside the model', () => {
  const given = onnx.options.parse({ file: 'nets/split.onnx' });

  it('are named once the model is read, by paths like its own', () => {
    expect(onnx.files!(given, new Map())).toEqual(['nets/split.onnx']);
    const all = ['nets/split.onnx', 'nets/split.onnx.data', 'nets/more/second.bin'];
    expect(onnx.files!(given, new Map([['nets/split.onnx', split]]))).toEqual(all);
    expect(onnx.files!(given, files)).toEqual(all);
  });

  it('are read, and their hashes written down', async () => {
    const learned = await learn({ file: 'nets/split.onnx' });
    expect(learned.externalData).toEqual({
      'split.onnx.data': await sha256(external['split.onnx.data']),
      'more/second.bin': await sha256(external['more/second.bin']),
    });
    const { pooled } = await featuresOf(learned);
    const mean = [0, 1, 2].map((channel) => {
      const own = Array.from(square.data).filter((_, index) => index % 3 === channel);
      return own.reduce((a, b) => a + b, 0) / own.length / 255;
    });
    const hidden = Array.from({ length: 5 }, (_, j) => mean.reduce((sum, x, i) => sum + x * first[i * 5 + j]!, 0));
    const expected = Array.from({ length: 4 }, (_, j) => hidden.reduce((sum, x, i) => sum + x * second[i * 4 + j]!, 0));
    expectAllClose(numbers(pooled!), expected);
  });

  it('that are others, missing or elsewhere on the disk are refused', async () => {
    const path = 'nets/split.onnx.data';
    const other = new Map([...files, [path, Uint8Array.from(external['split.onnx.data'], (byte) => byte ^ 1)]]);
    await expect(learn(await learn({ file: 'nets/split.onnx' }), other)).rejects.toMatchObject({
      code: 'SENSORIUM_CHECKSUM',
      message: expect.stringContaining(`"${path}": its SHA-256 is`) as string,
      hint: expect.stringContaining('"externalData"') as string,
    });
    const without = new Map([...files].filter(([name]) => name !== path));
    await expect(learn({ file: 'nets/split.onnx' }, without)).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      message: expect.stringContaining(`"${path}"`) as string,
    });
    for (const name of ['../secret', '/etc/passwd', 'a/../../b', 'C:\\x', 'https://a.b/c', '\\\\host\\share', '']) {
      const model = onnxFile({
        nodes: [node('Add', ['x', 'w'], ['y'])],
        inputs: { x: { dtype: 'float32', shape: ['n', 3, 8, 8] } },
        initializers: { w: externalTensor([8], name, 0) },
        outputs: { y: { dtype: 'float32', shape: ['n', 3, 8, 8] } },
      });
      expect(() => onnx.files!(given, new Map([['nets/split.onnx', model]]))).toThrow(
        expect.objectContaining({
          code: 'SENSORIUM_BAD_MODEL',
          message: `"nets/split.onnx": its weights lie in "${name}", and only files in its own folder are read`,
        }),
      );
    }
  });
});

it('shapes that are stated make what follows known', async () => {
  const { tokens } = await featuresOf(await learn({ file: 'silent.onnx', shapes: { same: ['batch', 3, 8, 8] } }));
  const pixels = Float32Array.from(
    { length: 192 },
    (_, index) => square.data[(index % 64) * 3 + Math.floor(index / 64)]! / 255,
  );
  const session = await cpu.load(files.get('silent.onnx')!);
  const { y } = await session.run({ x: { dtype: 'float32', shape: [1, 3, 8, 8], data: pixels } });
  await session.dispose();
  expect(tokens!.shape).toEqual([1, 1, 4]);
  expectAllClose(numbers(tokens!), numbers(y!));
});
