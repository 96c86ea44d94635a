import { SensoriumError, type Manifest } from '@sensorium/contracts';
import { memoryStore } from '@sensorium/data';
import { modelWeights } from '@sensorium/orchestrator';
import { describe, expect, it } from 'vitest';
import { formatStart, train, type Trained } from './index.js';
import { colourRows, manifest as colours, plugins } from './testing/colours.js';

const options = { rows: colourRows(24), plugins, from: ['.'], cache: memoryStore() };
const manifest: Manifest = { ...colours, training: { ...colours.training, epochs: 1, balance: null } };

const fileOf = ({ model }: Trained): Blob => new Blob([Uint8Array.from(model)]);

/** A model of both inputs, whose encoders stay as the files have them. */
const trainOn = (weights: string | string[], files: ReadonlyMap<string, Blob>): Promise<Trained> =>
  train(
    {
      ...manifest,
      inputs: {
        image: { encoder: 'image', dim: 8, channels: 4, trainable: 'frozen' },
        question: { encoder: 'text', dim: 8, heads: 2, layers: 1, trainable: 'frozen' },
      },
      data: { weights },
    },
    { ...options, files },
  );

const ofInput = (trained: Trained, input: string): [string, unknown][] =>
  Object.entries(modelWeights(trained.model))
    .filter(([name]) => name.startsWith(`inputs/${input}/`) && !name.includes('/missing/'))
    .map(([name, { data }]) => [name, data]);

describe('several files of weights', async () => {
  const image = await train(manifest, { ...options, alone: 'image' });
  const question = await train(manifest, { ...options, alone: 'question' });
  const again = await train(
    { ...manifest, training: { ...manifest.training, seed: 4 } },
    { ...options, alone: 'image' },
  );
  const files = new Map([
    ['image.onnx', fileOf(image)],
    ['question.onnx', fileOf(question)],
    ['again.onnx', fileOf(again)],
    ['broken.onnx', new Blob(['not a model'])],
  ]);

  it('give a model the encoders that were trained apart, and the report names them', async () => {
    const both = await trainOn(['image.onnx', 'question.onnx'], files);
    expect(ofInput(both, 'image')).toEqual(ofInput(image, 'image'));
    expect(ofInput(both, 'question')).toEqual(ofInput(question, 'question'));
    expect(ofInput(both, 'image').length).toBeGreaterThan(0);
    const { start } = both.metrics;
    expect(start?.files).toEqual(['image.onnx', 'question.onnx']);
    expect(formatStart(start!)).toMatch(/^starts from image\.onnx, question\.onnx: \d+ parameters; not in the files: /);
    expect(both.manifest.data.weights).toEqual(['image.onnx', 'question.onnx']);
  });

  it('count by their order where they have the same parameters: the last', async () => {
    const last = await trainOn(['image.onnx', 'question.onnx', 'again.onnx'], files);
    expect(ofInput(last, 'image')).toEqual(ofInput(again, 'image'));
    expect(ofInput(again, 'image')).not.toEqual(ofInput(image, 'image'));
  });

  it('are refused where a frozen part would keep the values that it was drawn with', async () => {
    const inputs = { image: { encoder: 'image', dim: 8, channels: 2, trainable: 'frozen' as const }, question: 'text' };
    const error = await train({ ...manifest, inputs, data: { weights: 'image.onnx' } }, { ...options, files }).catch(
      (thrown: unknown) => thrown,
    );
    if (!SensoriumError.is(error)) throw error;
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_MODEL', location: { key: 'data.weights' } });
    expect(error.message).toMatch(/inputs\/image\/\S+ is frozen and has another shape .*: \[4,.*\], not \[2,/);
  });

  it('are refused by the name of the one that cannot be read', async () => {
    const error = await trainOn(['image.onnx', 'broken.onnx'], files).catch((thrown: unknown) => thrown);
    if (!SensoriumError.is(error)) throw error;
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_MODEL', location: { key: 'data.weights' } });
    expect(error.message).toContain('"broken.onnx"');
  });
});
