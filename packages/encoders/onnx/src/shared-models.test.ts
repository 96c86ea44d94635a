import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Waveform } from '@sensorium/modality-audio';
import { expectAllClose } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { onnx } from './index.js';
import { picture } from './testing/models.js';
import type { Decoded } from './kinds/index.js';
import { featuresOf, floats, numbers, runFiles, sampleOf, spread, type Given } from './testing/run.js';

const shared = fileURLToPath(new URL('../../../../../shared/models/', import.meta.url));
const isHere = existsSync(shared);
it.runIf(!isHere)('needs the pretrained models', ({ skip }) => skip('../shared/models is not here'));

const bytesOf = (path: string): Uint8Array => readFileSync(shared + path);
const features = (given: Given, values: readonly Decoded[]) => {
  const read = new Map<string, Uint8Array>();
  for (const name of onnx.files!(onnx.options.parse(given), read)) read.set(name, bytesOf(name));
  return featuresOf(given, values, read);
};
const RATE = 16_000;
const sound = (samples: number): Waveform => ({ rate: RATE, channels: [spread(samples).map((value) => 0.3 * value)] });
const samplesOf = ({ channels: [samples] }: Waveform, from: number, size: number): Float32Array => {
  const window = new Float32Array(size);
  window.set(samples!.subarray(from, from + size));
  return window;
};
/** Pretrained weights are larger than what tests make up. */
const close = (actual: readonly number[], expected: readonly number[]): void => {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  expectAllClose(
    actual.map((value) => value / largest),
    expected.map((value) => value / largest),
  );
};

describe.skipIf(!isHere)('of pictures', () => {
  const pixelsOf = (side: readonly [number, number], by: (pixel: number) => number) => {
    const square = picture(side[1], side[0], 3, 'shared');
    return { square, pixels: Float32Array.from(square.data, by) };
  };

  it.each<[string, Given, readonly [number, number], string, (pixel: number) => number]>([
    [
      'mobilenet-v1-embedding',
      { file: 'mobilenet-v1-embedding/model.onnx', scale: 255, mean: 128, std: 128 },
      [224, 224],
      'out0',
      (pixel) => (pixel - 128) / 128,
    ],
    [
      'mobilenet-v2-imagenet',
      { file: 'mobilenet-v2-imagenet/model.onnx', scale: 255, mean: 128, std: 128 },
      [224, 224],
      'out0',
      (pixel) => (pixel - 128) / 128,
    ],
    ['pydnet-depth', { file: 'pydnet-depth/model.onnx', output: 'out0' }, [448, 640], 'out0', (pixel) => pixel / 255],
  ])('%s', async (_, given, side, output, by) => {
    const { square, pixels } = pixelsOf(side, by);
    const { tokens } = await features(given, [square]);
    await runFiles(bytesOf(given.file), async (run) => {
      const names = { 'pydnet-depth/model.onnx': 'im0' } as Record<string, string>;
      close(numbers(tokens), (await run({ [names[given.file] ?? 'input']: floats([1, ...side, 3], pixels) }))(output));
    });
  });

  it('face-slim, with channels first', async () => {
    const { square, pixels } = pixelsOf([240, 320], (pixel) => (pixel - 127) / 128);
    const { tokens } = await features(
      { file: 'face-slim/model.onnx', scale: 255, mean: 127, std: 128, output: 'boxes' },
      [square],
    );
    const first = Float32Array.from(
      { length: pixels.length },
      (_, at) => pixels[(at % 76_800) * 3 + Math.floor(at / 76_800)]!,
    );
    await runFiles(bytesOf('face-slim/model.onnx'), async (run) =>
      close(numbers(tokens), (await run({ input: floats([1, 3, 240, 320], first) }))('boxes')),
    );
  });
});

describe.skipIf(!isHere)('of sound', () => {
  it('yamnet, whose windows must be seen one by one', async () => {
    const given: Given = { modality: 'audio', file: 'yamnet/model.onnx', output: 'embedding', rate: RATE, hop: 7800 };
    const sounds = [sound(23_400), sound(8_000)];
    const { tokens, mask } = await features(given, sounds);
    expect([tokens.shape, numbers(mask)]).toEqual([[2, 2, 1024], [1, 1, 1, 1].with(3, 0)]);
    await runFiles(bytesOf(given.file), async (run) => {
      for (const [sample, value] of sounds.entries()) {
        const expected: number[] = [];
        for (const start of [0, 7800]) {
          expected.push(...(await run({ input_1: floats([1, 15_600], samplesOf(value, start, 15_600)) }))('embedding'));
        }
        close(sampleOf(tokens, sample), expected);
      }
    });
  });

  it('the speech embedding, in two files', async () => {
    const mel = 'speech-embedding/melspectrogram.onnx';
    const embedding = 'speech-embedding/embedding_model.onnx';
    const then = [{ file: embedding, scale: 0.1, mean: -2, hop: 8 }];
    const { tokens } = await features({ modality: 'audio', file: mel, rate: RATE, scale: 32_767, then }, [
      sound(16_000),
    ]);
    const input = samplesOf(sound(16_000), 0, 16_000).map((value) => value * 32_767);
    const frames = await runFiles(bytesOf(mel), async (run) => {
      const outputs = await run({ input: floats([1, 16_000], input) });
      return outputs('output').map((value) => value / 10 + 2);
    });
    const expected = await runFiles(bytesOf(embedding), async (run) => {
      const all: number[] = [];
      for (let first = 0; first + 76 <= frames.length / 32; first += 8) {
        const window = frames.slice(first * 32, (first + 76) * 32);
        all.push(...(await run({ input_1: floats([1, 76, 32, 1], window) }))('conv2d_19'));
      }
      return all;
    });
    close(numbers(tokens), expected);
  });

  it('silero-vad, which remembers', async () => {
    const given: Given = {
      modality: 'audio',
      file: 'silero-vad/silero_vad.onnx',
      output: 'output',
      rate: RATE,
      window: 576,
      hop: 512,
      inputs: { sr: RATE },
      states: { state: 'stateN' },
    };
    const { tokens } = await features(given, [sound(576 + 4 * 512)]);
    await runFiles(bytesOf(given.file), async (run) => {
      let state = new Array<number>(256).fill(0);
      const expected: number[] = [];
      for (let window = 0; window < 5; window++) {
        const input = floats([1, 576], samplesOf(sound(4000), window * 512, 576));
        const sr = { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(RATE)) } as const;
        const outputs = await run({ input, state: floats([2, 1, 128], state), sr });
        state = outputs('stateN');
        expected.push(...outputs('output'));
      }
      close(numbers(tokens), expected);
    });
  });

  it('dtln, which remembers, over samples and over spectra', async () => {
    const second: Given = {
      modality: 'audio',
      file: 'dtln/model_2.onnx',
      rate: RATE,
      hop: 128,
      states: { input_5: 'tf_op_layer_stack_5' },
    };
    const { tokens } = await features(second, [sound(512 + 128)]);
    const zeros = new Float32Array(512);
    await runFiles(bytesOf(second.file), async (run) => {
      const windowAt = (from: number) => floats([1, 1, 512], samplesOf(sound(1000), from, 512));
      const one = await run({ input_4: windowAt(0), input_5: floats([1, 2, 128, 2], zeros) });
      const state = floats([1, 2, 128, 2], one('tf_op_layer_stack_5'));
      const two = await run({ input_4: windowAt(128), input_5: state });
      close(numbers(tokens), [...one('conv1d_3'), ...two('conv1d_3')]);
    });
    const first: Given = { modality: 'series', file: 'dtln/model_1.onnx', states: { input_3: 'tf_op_layer_stack_2' } };
    const channels = Array.from({ length: 257 }, (_, bin) => `bin ${bin}`);
    const values = spread(3 * 257).map(Math.abs);
    const masks = await features(first, [{ channels, values }]);
    await runFiles(bytesOf(first.file), async (run) => {
      let state: number[] = Array.from(zeros);
      const expected: number[] = [];
      for (const row of [0, 1, 2]) {
        const input = floats([1, 1, 257], values.subarray(row * 257, (row + 1) * 257));
        const outputs = await run({ input_2: input, input_3: floats([1, 2, 128, 2], state) });
        state = outputs('tf_op_layer_stack_2');
        expected.push(...outputs('activation_2'));
      }
      close(numbers(masks.tokens), expected);
    });
  });

  it('basic-pitch, whose input has an axis more', async () => {
    const file = 'basic-pitch/model.onnx';
    const value: Waveform = { ...sound(43_844), rate: 22_050 };
    const { tokens } = await features({ modality: 'audio', file, rate: 22_050 }, [value]);
    expect(tokens.shape).toEqual([1, 172, 264]);
    await runFiles(bytesOf(file), async (run) => {
      const input = floats([1, 43_844, 1], value.channels[0]!);
      close(numbers(tokens), (await run({ 'serving_default_input_2:0': input }))('StatefulPartitionedCall:0'));
    });
  });
});

it.skipIf(!isHere)('magika, of the bytes of files', async () => {
  const script = new TextEncoder().encode('\nimport x from "y";\nexport const a = (b) => b + 1;\n'.repeat(20));
  const model = bytesOf('magika/model.onnx');
  const { pooled } = await features({ modality: 'bytes', file: 'magika/model.onnx' }, [script, model]);
  const padded = (bytes: Uint8Array, isEnd: boolean): number[] => {
    const filler = new Array<number>(1024 - bytes.length).fill(256);
    return isEnd ? [...filler, ...bytes] : [...bytes, ...filler];
  };
  const ends = [
    [...padded(script.subarray(1), false).slice(0, 1024), ...padded(script.subarray(0, -1), true).slice(-1024)],
    [...model.subarray(0, 1024), ...model.subarray(-1024)],
  ];
  await runFiles(model, async (run) => {
    for (const [sample, data] of ends.entries()) {
      const outputs = await run({ bytes: { dtype: 'int32', shape: [1, 2048], data: Int32Array.from(data) } });
      close(sampleOf(pooled, sample), outputs('target_label'));
    }
  });
});
