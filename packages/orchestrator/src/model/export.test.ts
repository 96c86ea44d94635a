import { onlyFeatures, type Head, type Manifest, type Plugin } from '@sensorium/contracts';
import { linear } from '@sensorium/graph';
import { InferenceSession } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { objective, sketch } from '../testing/heads.js';
import { initialWeights, labels, plugins, resolveParts, twoTexts, words } from '../testing/small-model.js';
import { exportModel, inferenceModel, MODEL_FILE } from './export.js';
import { modelWeights } from './weights.js';

const atHand = [...plugins, objective, sketch];

const alone: Manifest = {
  sensorium: 1,
  inputs: { title: words, note: words },
  heads: { seen: { use: 'objective', of: ['title', 'note'] } },
};

it('is an encoder where no head answers', async () => {
  const { manifest, parts } = await resolveParts(alone, atHand);
  const { files, noise } = exportModel(parts, initialWeights(parts), manifest);
  expect(Object.keys(files)).toEqual([MODEL_FILE]);
  expect(noise).toEqual({});
  const session = await InferenceSession.create(files[MODEL_FILE]!);
  expect(session.inputNames).toEqual(['title', 'note']);
  expect(session.outputNames).toEqual(['title.tokens', 'title.pooled', 'note.tokens', 'note.pooled']);
  await session.release();
  const weights = modelWeights(files[MODEL_FILE]!);
  expect(Object.keys(weights).every((name) => name.startsWith('inputs/'))).toBe(true);
  expect(weights).toEqual(initialWeights(parts));
});

it('takes no input, and no weight, that only a loss reads', async () => {
  const { parts, manifest } = await resolveParts(
    { ...alone, heads: { ...alone.heads, answer: { use: 'classification', labels, of: 'note' } } },
    atHand,
  );
  const { inputs, parameters } = inferenceModel(parts);
  expect(Object.keys(inputs)).toEqual(['note']);
  expect(parameters.some(({ name }) => name.startsWith('inputs/title/'))).toBe(false);
  const weights = {
    ...initialWeights(parts),
    'heads/seen/predictor/weight': initialWeights(parts)['inputs/note/words/table']!,
  };
  expect(Object.keys(modelWeights(exportModel(parts, weights, manifest).files[MODEL_FILE]!))).not.toContain(
    'heads/seen/predictor/weight',
  );
});

/** A head whose answer is made by `build`. */
const answering = (build: NonNullable<Head['answer']>): Plugin => ({ ...sketch, create: () => ({ answer: build }) });

it('has names of inputs and outputs that differ', async () => {
  const clashing = answering((scope, model) => ({ present: linear(scope, onlyFeatures(model).pooled, 1) }));
  const { parts } = await resolveParts({ ...twoTexts, heads: { note: 'sketch' } }, [...plugins, clashing]);
  expect(() => inferenceModel(parts)).toThrow(
    expect.objectContaining({
      code: 'SENSORIUM_DUPLICATE_NAME',
      message: '"note.present" would be an input and an output of model.onnx',
    }),
  );
});

it('has noise for each sample by itself', async () => {
  const shared = answering((scope) => ({ value: scope.random([3]) }));
  const { parts } = await resolveParts({ ...twoTexts, heads: { answer: 'sketch' } }, [...plugins, shared]);
  expect(() => inferenceModel(parts)).toThrow(
    expect.objectContaining({
      code: 'SENSORIUM_BAD_PLUGIN',
      message: expect.stringContaining('heads/answer asks for noise [3] in the finished model'),
      location: { key: 'heads.answer' },
    }),
  );
});

it('has no teacher', async () => {
  const following = answering((scope, model) => {
    linear(scope, onlyFeatures(model).pooled, 2);
    return { value: linear(scope.follower(0.9), onlyFeatures(model).pooled, 2) };
  });
  const { parts } = await resolveParts({ ...twoTexts, heads: { answer: 'sketch' } }, [...plugins, following]);
  expect(() => inferenceModel(parts)).toThrow(
    expect.objectContaining({
      code: 'SENSORIUM_BAD_PLUGIN',
      message: expect.stringContaining('"heads/answer/weight:follower", which follows a parameter'),
    }),
  );
});
