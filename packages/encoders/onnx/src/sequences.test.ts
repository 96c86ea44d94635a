import { createScope, gradients, input, sum } from '@sensorium/graph';
import type { Waveform } from '@sensorium/modality-audio';
import { expectAllClose } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { onnx } from './index.js';
import { featuresOf, floats, learn, numbers, runFiles, sampleOf, spread, type Given } from './testing/run.js';
import { sequenceFiles as files } from './testing/sequences.js';

const sound = (samples: number): Waveform => ({ rate: 8, channels: [spread(samples)] });
const padded = (samples: number, length: number): Float32Array => {
  const data = new Float32Array(length);
  data.set(spread(samples));
  return data;
};
/** What a file of one input gives of each window. */
const overWindows = (file: string, name: string, shape: readonly number[], windows: readonly ArrayLike<number>[]) =>
  runFiles(files.get(file)!, async (run) => {
    const rows: number[][] = [];
    for (const window of windows) rows.push((await run({ [name]: floats(shape, window) }))('y'));
    return rows;
  });

describe('windows of a sound', () => {
  const given: Given = { modality: 'audio', file: 'frames.onnx', rate: 8, hop: 4, scale: 2, mean: 0.5, std: 4 };

  it('each are what the file makes of them, and the mask keeps those whose middle is sound', async () => {
    const { tokens, mask, pooled } = await featuresOf(given, [sound(20), sound(13), sound(3)], files);
    expect(tokens.shape).toEqual([3, 4, 5]);
    expect([0, 1, 2].map((sample) => sampleOf(mask, sample))).toEqual([
      [1, 1, 1, 1],
      [1, 1, 1, 0],
      [1, 0, 0, 0],
    ]);
    for (const [sample, samples] of [20, 13, 3].entries()) {
      const data = padded(samples, 20).map((value) => (value * 2 - 0.5) / 4);
      const windows = [0, 4, 8, 12].map((start) => data.subarray(start, start + 8));
      const expected = await overWindows('frames.onnx', 'samples', [1, 8], windows);
      expectAllClose(sampleOf(tokens, sample), expected.flat());
      const kept = expected.filter((_, window) => sampleOf(mask, sample)[window]);
      const mean = expected[0]!.map((_, at) => kept.reduce((total, row) => total + row[at]!, 0) / kept.length);
      expectAllClose(sampleOf(pooled, sample), mean);
    }
  });

  it('may become one token, their mean', async () => {
    const sounds = [sound(20), sound(3)];
    const { pooled } = await featuresOf(given, sounds, files);
    const { tokens, mask } = await featuresOf({ ...given, average: true }, sounds, files);
    expect([tokens.shape, numbers(mask)]).toEqual([
      [2, 1, 5],
      [1, 1],
    ]);
    expectAllClose(numbers(tokens), numbers(pooled));
  });

  it('are as many as the longest sound has, or as are asked for, and a cut is told', async () => {
    expect(await learn(given, [sound(20), sound(29)], files)).toMatchObject({ window: 8, seconds: 29 / 8 });
    expect((await learn({ ...given, rate: 1 }, [{ rate: 1, channels: [spread(60)] }], files)).seconds).toBe(30);
    const encoder = onnx.create(await learn({ ...given, seconds: 2 }, [], files), files);
    expect(encoder.kept['samples']!.shape).toEqual([16]);
    expect(encoder.needs).toEqual({ rate: 8, channels: 1 });
    expect(encoder.notes!(sound(20))).toEqual(['cut to the first 2 of 2.5 s']);
    expect(encoder.notes!(sound(16))).toEqual([]);
  });

  it('may have silence before and behind', async () => {
    const encoder = onnx.create(await learn({ ...given, seconds: 2, silence: 0.5 }, [], files), files);
    const { samples, count } = encoder.prepare(sound(10));
    expect(numbers(samples!)).toEqual([0, 0, 0, 0, ...spread(10), ...new Float32Array(10)]);
    expect(numbers(count!)).toEqual([18]);
  });

  it('are of the mean of all channels, at the rate of the file', async () => {
    const [left, right] = [spread(32, 0.01), spread(32, 0.02)];
    const encoder = onnx.create(await learn({ ...given, seconds: 1 }, [], files), files);
    const stereo = encoder.prepare({ rate: 8, channels: [left, right] })['samples']!;
    expectAllClose(
      numbers(stereo),
      Array.from(left.subarray(0, 8), (value, at) => (value + right[at]!) / 2),
    );
    expect(numbers(encoder.prepare({ rate: 16, channels: [left] })['count']!)).toEqual([8]);
  });
});

it('a file goes on with the positions of the one before', async () => {
  const given: Given = {
    modality: 'audio',
    file: 'spectrum.onnx',
    rate: 8,
    then: [{ file: 'embedding.onnx', hop: 1, scale: 0.1, mean: -2, std: 3 }],
  };
  const { tokens, mask } = await featuresOf(given, [sound(32), sound(18)], files);
  expect(tokens.shape).toEqual([2, 7, 4]);
  const frames = await runFiles(files.get('spectrum.onnx')!, async (run) => {
    const both = [0, 16].map((start) => run({ samples: floats([1, 16], spread(32).subarray(start, start + 16)) }));
    return (await Promise.all(both)).flatMap((outputs) => outputs('mel'));
  });
  const scaled = frames.map((value) => (value * 0.1 + 2) / 3);
  const windows = Array.from({ length: 7 }, (_, at) => scaled.slice(3 * at, 3 * at + 6));
  const expected = await overWindows('embedding.onnx', 'frames', [1, 2, 3, 1], windows);
  expectAllClose(sampleOf(tokens, 0), expected.flat());
  // Two frames of four samples: the middle of the sixth is at 24.
  expect(sampleOf(mask, 1)).toEqual([1, 1, 1, 1, 0, 0, 0]);
});

describe('states', () => {
  const given: Given = {
    modality: 'audio',
    file: 'memory.onnx',
    rate: 8,
    inputs: { rate: 2 },
    states: { state: 'next' },
  };

  it('go from window to window, of each sample its own', async () => {
    const { tokens } = await featuresOf(given, [sound(24), { rate: 8, channels: [spread(24, 0.9)] }], files);
    expect(tokens.shape).toEqual([2, 3, 4]);
    await runFiles(files.get('memory.onnx')!, async (run) => {
      for (const [sample, data] of [spread(24), spread(24, 0.9)].entries()) {
        let state = [0, 0, 0, 0];
        const expected: number[] = [];
        for (const start of [0, 8, 16]) {
          const rate = { dtype: 'int64', shape: [], data: BigInt64Array.of(2n) } as const;
          const samples = floats([1, 8], data.subarray(start, start + 8));
          const outputs = await run({ samples, state: floats([1, 1, 4], state), rate });
          state = outputs('next');
          expected.push(...outputs('y'));
        }
        expectAllClose(sampleOf(tokens, sample), expected);
      }
    });
  });

  it('of what the file has not are refused', async () => {
    await expect(learn({ ...given, states: { state: 'nest' } }, [sound(8)], files)).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringContaining('"states" names "nest"') as string,
      hint: 'Its outputs: next, y.',
    });
    await expect(learn({ ...given, states: { stat: 'next' } }, [sound(8)], files)).rejects.toMatchObject({
      message: expect.stringContaining('no input "stat". Did you mean "state"?') as string,
    });
  });
});

describe('a file that would mix samples', () => {
  const given: Given = { modality: 'audio', file: 'mixing.onnx', rate: 8 };

  it('is run for one window at a time', async () => {
    expect(await learn(given, [sound(16)], files)).toMatchObject({ alone: true });
    expect((await learn({ ...given, file: 'frames.onnx' }, [sound(16)], files)).alone).toBeUndefined();
    const { tokens } = await featuresOf(given, [sound(16), sound(9)], files);
    for (const [sample, samples] of [16, 9].entries()) {
      const data = padded(samples, 16);
      const expected = await overWindows('mixing.onnx', 'samples', [1, 8], [data.subarray(0, 8), data.subarray(8)]);
      expectAllClose(sampleOf(tokens, sample), expected.flat());
    }
  });

  it('has no gradient', async () => {
    const encoder = onnx.create(await learn(given, [sound(16)], files), files);
    const scope = createScope();
    const x = { samples: input('samples', 'float32', ['batch', 16]), count: input('count', 'int32', ['batch']) };
    const { pooled } = encoder.build(scope, x, input('present', 'float32', ['batch', 1]));
    const weights = scope.parameters.map(({ symbol }) => symbol);
    expect(() => gradients(sum(pooled), weights)).toThrow(expect.objectContaining({ code: 'SENSORIUM_NO_GRADIENT' }));
  });
});

it.each<[string, Given, string]>([
  ['a sound without a rate', { modality: 'audio', file: 'frames.onnx' }, 'how many samples a second'],
  [
    'an input of which nothing says what it is given',
    { modality: 'audio', file: 'memory.onnx', rate: 8, inputs: { rate: 8 } },
    'nothing says what "state" float32 [1,n,4] is given',
  ],
  [
    'what there is not',
    { modality: 'audio', file: 'frames.onnx', rate: 8, inputs: { samples: 'sample' } },
    '"inputs" says "sample", and there is no such thing of a value. Did you mean "samples"?',
  ],
  [
    'another window',
    { modality: 'audio', file: 'frames.onnx', rate: 8, window: 6 },
    'the model was saved for [n,8], and does not take',
  ],
  [
    'other axes',
    { modality: 'audio', file: 'rows.onnx', rate: 8 },
    'its input "x" float32 [n,2,3] does not take what it is given, float32 [2*batch,6]',
  ],
])('refuses %s', async (_, given, message) => {
  await expect(learn(given, [sound(8)], files)).rejects.toMatchObject({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: expect.stringContaining(message) as string,
  });
});
