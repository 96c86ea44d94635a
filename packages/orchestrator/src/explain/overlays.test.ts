import { required, type EncoderPlugin, type Manifest, type Overlay, type Source } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { regression } from '@sensorium/head-regression';
import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../index.js';
import { buildSmallModel } from '../testing/small-model.js';
import { standardEncoders } from '../testing/standard-encoders.js';

/** Those that show what they are fed; the thresholds of rocket have no slope. */
const showing = Object.entries(standardEncoders).filter(([name]) => !/onnx|transformers|hub|rocket/.test(name));
/** Their answer leaps, or nearly so, where it leaves zeros: silence has no logarithm, and a distance of 0 is a hole. */
const leaping = ['audio', 'depth'];

/** All of one size, as files have them. */
const film = {
  frames: Array.from({ length: 6 }, (_, frame) => ({
    ...{ width: 20, height: 16, channels: 3 },
    data: createRandom(1, `frame ${frame}`).bytes(20 * 16 * 3),
  })),
  times: Float64Array.from({ length: 6 }, (_, frame) => frame / 10),
};

/** A model of one input, with what the encoder learns from its values. */
async function modelOf({ plugin, options, values, table = values }: (typeof standardEncoders)[string]) {
  const encoder = plugin as EncoderPlugin;
  const parsed = encoder.options.parse(options);
  const learned = (await encoder.learn?.(parsed, each(table), new Map())) ?? parsed;
  const manifest: Manifest = {
    sensorium: 1,
    inputs: { value: { encoder: encoder.name, ...learned } },
    heads: { number: { use: 'regression', mean: 0, deviation: 1 } },
  };
  const plugins = [encoder, regression];
  return loadPipeline(await buildSmallModel(manifest, plugins), { plugins });
}

async function* each(values: readonly unknown[]): AsyncGenerator<unknown> {
  yield* values;
}

const weightsIn = (overlay: Overlay): number[] => {
  switch (overlay.kind) {
    case 'picture':
      return Array.from(overlay.weights);
    case 'frames':
      return overlay.frames.flatMap(({ weights }) => Array.from(weights));
    case 'parts':
      return overlay.parts.map(({ weight }) => weight);
    case 'curve':
      return Object.values(overlay.weights).flatMap((weights) => Array.from(weights));
  }
};

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe('overlays', () => {
  it.each(showing)('of %s weigh what the numbers contribute that are fed', async (name, one) => {
    const pipeline = await modelOf(one);
    const sample = { value: (name === 'video' ? film : one.values[0]) as Source };
    const { value, gradients } = await pipeline.explain(sample, { methods: ['gradients'] });
    const { baseline, inputs } = required(gradients, 'the gradients');
    const { integrated, timesInput, overlays } = required(inputs['value'], 'those of the value');
    for (const method of ['integrated', 'timesInput'] as const) {
      const tensors = { integrated, timesInput }[method];
      const weights = overlays[method].flatMap(weightsIn);
      expect(weights.every(Number.isFinite)).toBe(true);
      expect(weights.some((weight) => weight !== 0)).toBe(true);
      const contributed = Object.values(tensors).reduce((total, { data }) => total + sum(data as Float32Array), 0);
      expect(sum(weights)).toBeCloseTo(contributed, 3);
    }
    if (leaping.includes(name)) return pipeline.dispose();
    const difference = value - baseline;
    const missed = sum(overlays.integrated.flatMap(weightsIn)) - difference;
    expect(Math.abs(missed)).toBeLessThan(0.03 + 0.05 * Math.abs(difference));
    await pipeline.dispose();
  });
});
