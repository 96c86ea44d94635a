import { required, type EncoderPlugin, type Modality, type Plugin } from '@sensorium/contracts';
import { createRandom, memoryStore } from '@sensorium/data';
import { image } from '@sensorium/encoder-image';
import { image as picture, type Raster } from '@sensorium/modality-image';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluate, renderEvaluation, train, type Evaluation, type Progress, type Trained } from '../index.js';
import { colourRows, manifest, plugins } from '../testing/colours.js';

const from = ['.'];
const rows = colourRows(70) as { image: Raster; question: string; answer: string }[];
const cache = memoryStore();

/** The plugins, with an encoder of pictures that reads them otherwise. */
const reading = (change: Partial<Modality<Raster>>): Plugin[] => {
  const changed = { ...image, modality: { ...picture, ...change } } as unknown as EncoderPlugin;
  return plugins.map((plugin) => (plugin.name === 'image' ? changed : plugin));
};

let trained: Trained;
let found: Evaluation;
let decoded = 0;
const progress: Progress[] = [];

beforeAll(async () => {
  const { inputs } = manifest;
  const forgetful = {
    ...manifest,
    inputs: { ...inputs, image: { ...(inputs['image'] as object), size: 8, missing: 'skip' } },
  };
  trained = await train(
    { ...forgetful, training: { ...manifest.training, epochs: 12 } },
    {
      ...{ rows: colourRows(48), plugins, from, cache },
    },
  );
  const counting = reading({
    decode: (...given) => {
      decoded++;
      return picture.decode(...given);
    },
  });
  found = await evaluate(trained, {
    ...{ data: rows, plugins: counting, from, cache: memoryStore(), robustness: true },
    onProgress: (one) => progress.push(one),
  });
}, 60_000);

const accuracyOf = ({ scores }: Evaluation): number =>
  required(scores['answer']?.metrics['accuracy'], 'accuracy').value;
const again = (data: readonly object[]): Promise<Evaluation> => evaluate(trained, { data, plugins, from, cache });
const answer = () => required(found.robustness?.heads['answer'], 'the robustness of the answer');

describe('robustness', () => {
  it('has a curve for each input and for all, from what the model is without noise', () => {
    const { metric, better, value, noise } = answer();
    expect({ metric, better }).toEqual({ metric: 'accuracy', better: 'higher' });
    expect(value).toBe(accuracyOf(found));
    expect(value).toBeGreaterThan(0.9);
    expect(noise.map(({ inputs }) => inputs)).toEqual([['image'], ['question'], ['image', 'question']]);
    for (const { values } of noise) expect(values).toHaveLength(11);
    for (const { values } of noise) expect(values[0]).toBe(value);
  });

  it('is worth less where what matters is noisy', () => {
    const [ofImage, ofQuestion, ofBoth] = answer().noise;
    // Every question is the same, so that the picture alone says the answer.
    expect(required(ofImage, 'image').values.at(-1)).toBeLessThan(answer().value - 0.05);
    expect(required(ofQuestion, 'question').relative).toBeGreaterThan(required(ofImage, 'image').relative);
    expect(required(ofBoth, 'both').relative).toBeLessThan(answer().value);
  });

  it.each([3, 10])('feeds at level %i / 10 what the modality makes of each value', async (at) => {
    const random = createRandom(0, 'robustness');
    const disturbed = rows.map(async (row, index) => ({
      ...row,
      image: await picture.disturb!(row.image, at / 10, random.fork(`inputs.image/${index}`)),
    }));
    expect(answer().noise[0]?.values[at]).toBe(accuracyOf(await again(await Promise.all(disturbed))));
  });

  it('has every subset of the inputs, as rows without them have it', async () => {
    expect(answer().subsets).toEqual([
      { inputs: ['question'], value: accuracyOf(await again(rows.map((row) => ({ ...row, image: null })))) },
      { inputs: ['image'], value: accuracyOf(await again(rows.map((row) => ({ ...row, question: null })))) },
    ]);
    expect(found.robustness?.notes).toEqual([]);
  });

  it('decodes each picture once to prepare it, and once in a batch to disturb it', () => {
    // Sixty pictures come again and again: the batches are rows 0 to 63 and 64 to 69.
    expect(decoded).toBe(60 + 60 + 6);
  });

  it('says how far it is', () => {
    const own = progress.filter(({ phase }) => phase === 'robustness');
    // Three curves of ten levels above 0, and two subsets.
    expect(own.at(-1)).toMatchObject({ done: 32 * rows.length, total: 32 * rows.length, secondsLeft: 0 });
    expect(own.length).toBe(2 * 32);
  });

  it('is the same every time, and nothing better than itself', async () => {
    const options = { data: rows, plugins, from, cache, robustness: { baseline: trained } };
    const { robustness } = await evaluate(trained, options);
    expect(robustness?.heads['answer']?.noise).toEqual(answer().noise.map((curve) => ({ ...curve, effective: 0 })));
  });

  it('is compared with a baseline under the same noise', async () => {
    const other = await train(
      { ...manifest, training: { ...manifest.training, epochs: 1, seed: 9 } },
      { rows: colourRows(48), plugins, from, cache },
    );
    const options = { data: rows, plugins, from, cache };
    const alone = (await evaluate(other, { ...options, robustness: true })).robustness?.heads['answer'];
    const { robustness } = await evaluate(trained, { ...options, robustness: { baseline: other } });
    for (const [at, { values, effective }] of required(robustness?.heads['answer'], 'answer').noise.entries()) {
      const baseline = required(alone?.noise[at], 'a curve').values;
      const beyond = values.map((value, level) => value - baseline[level]! - (values[0]! - baseline[0]!));
      expect(effective).toBeCloseTo(
        beyond.reduce((sum, one) => sum + one, 0),
        9,
      );
    }
  });

  it('refuses a baseline of other inputs before anything is measured', async () => {
    const blind = await train(
      {
        ...manifest,
        inputs: { image: required(manifest.inputs['image'], 'the input of pictures') },
        fusion: undefined,
        training: { ...manifest.training, balance: null, epochs: 1 },
      },
      { rows: colourRows(48), plugins, from, cache },
    );
    const phases: string[] = [];
    const options = { data: rows, plugins, from, cache, onProgress: ({ phase }: Progress) => phases.push(phase) };
    await expect(evaluate(trained, { ...options, robustness: { baseline: blind } })).rejects.toMatchObject({
      code: 'SENSORIUM_USAGE',
      message: 'the inputs of the baseline are image, and those of the model image, question',
    });
    expect(phases).toEqual([]);
  });

  it('says what has no noise, and what is never missing', async () => {
    const quiet = reading({ disturb: undefined });
    const strict = await train(
      { ...manifest, training: { ...manifest.training, epochs: 1 } },
      { rows: colourRows(48), plugins: quiet, from, cache },
    );
    const { robustness } = await evaluate(strict, { data: rows, plugins: quiet, from, cache, robustness: true });
    expect(robustness?.notes).toEqual([
      '"image" gets no noise: values of the kind image have none.',
      '"image" is never missing: set "missing" to skip, learned or impute to learn to do without it.',
    ]);
    expect(robustness?.heads['answer']?.noise.map(({ inputs }) => inputs)).toEqual([['question']]);
    expect(robustness?.heads['answer']?.subsets.map(({ inputs }) => inputs)).toEqual([['image']]);
  });

  it('leaves rows alone that lack the input', async () => {
    const some = rows.map((row, index) => (index % 2 === 0 ? row : { ...row, image: null }));
    const { robustness } = await evaluate(trained, { data: some, plugins, from, cache, robustness: true });
    const none = rows.map((row) => ({ ...row, image: null }));
    const blind = (await evaluate(trained, { data: none, plugins, from, cache, robustness: true })).robustness;
    const values = required(blind?.heads['answer']?.noise[0], 'the curve of pictures').values;
    expect(new Set(values).size).toBe(1);
    expect(robustness?.heads['answer']?.noise[0]?.values.at(-1)).toBeLessThan(accuracyOf(await again(some)));
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const options = { data: rows, plugins, from, cache, robustness: true, signal: controller.signal };
    const stopped = evaluate(trained, {
      ...options,
      onProgress: ({ phase }) => phase === 'robustness' && controller.abort(reason),
    });
    await expect(stopped).rejects.toBe(reason);
  });

  it('is drawn on a page of its own', async () => {
    const page = await renderEvaluation('colours', found);
    expect(page).toContain('colours: evaluation');
    for (const word of ['Under noise', 'Robustness to noise', 'With inputs missing', 'all: image, question']) {
      expect(page).toContain(word);
    }
    expect(page).toMatch(/<svg[^>]*aria-label="[^"]*image goes from [\d.]+ at σ 0 to [\d.]+ at σ 1\./);
  });
});
