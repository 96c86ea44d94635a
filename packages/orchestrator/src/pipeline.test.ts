import { getEventListeners, setMaxListeners } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Prediction, Source } from '@sensorium/contracts';
import type { ClassificationPrediction } from '@sensorium/head-classification';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { loadPipeline, type Pipeline } from './index.js';
import {
  buildSmallModel,
  labels,
  pictureAndText,
  plugins,
  twoTexts,
  vocabulary,
  writeModelFolder,
} from './testing/small-model.js';

interface TwoTexts {
  inputs: { title: string | null; note?: string | null };
  heads: { answer: ClassificationPrediction };
}

interface Seeing {
  inputs: { picture: Source; question: string };
  heads: TwoTexts['heads'];
}

let folder: string;
let pipeline: Pipeline<TwoTexts>;
beforeAll(async () => {
  folder = await writeModelFolder(await buildSmallModel());
  pipeline = await loadPipeline<TwoTexts>(folder, { plugins });
});
afterAll(async () => {
  await pipeline?.dispose();
  await rm(folder, { recursive: true });
});

const load = (): Promise<Pipeline<TwoTexts>> => loadPipeline<TwoTexts>(folder, { plugins });

/** In the order of the labels. */
const probabilities = ({ candidates }: ClassificationPrediction): (number | undefined)[] =>
  labels.map((label) => candidates.find((candidate) => candidate.label === label)?.probability);

/** Samples of all kinds: short and long, with and without a note, words that nobody taught. */
const samples = Array.from({ length: 40 }, (_, index) => ({
  title: Array.from({ length: 1 + (index % 6) }, (_, word) => [...vocabulary, 'unheard'][(index * 5 + word) % 6]).join(
    ' ',
  ),
  note: index % 3 === 0 ? null : `${vocabulary[index % 5]} ${vocabulary[(index * 3) % 5]}`,
}));

describe('run', () => {
  it('answers with the most probable label first', async () => {
    const { answer } = await pipeline.run({ title: 'red square', note: 'blue' });
    expect(labels).toContain(answer.label);
    expect(answer.candidates).toHaveLength(3);
    expect(answer.candidates[0]).toEqual({ label: answer.label, probability: answer.probability });
    expect(answer.candidates.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  });

  it('knows inputs and predictions at compile time', () => {
    type Run = Pipeline<TwoTexts>['run'];
    expectTypeOf<keyof Parameters<Run>[0]>().toEqualTypeOf<'title' | 'note'>();
    expectTypeOf<Awaited<ReturnType<Run>>>().toEqualTypeOf<{ answer: ClassificationPrediction }>();
    expectTypeOf<Awaited<ReturnType<Pipeline['run']>>[string]>().toExtend<Prediction>();
  });

  it('gives the numbers that ONNX Runtime alone gives for the file', async () => {
    const session = await InferenceSession.create(join(folder, 'model.onnx'));
    const ids = (...values: number[]): OrtTensor => new OrtTensor('int32', Int32Array.from(values), [1, 6]);
    // 0 is padding, 1 a word that is not known, and the words of the vocabulary begin at 2.
    const outputs = await session.run({
      title: ids(3, 6, 1, 2, 0, 0),
      note: ids(4, 0, 0, 0, 0, 0),
      'note.present': new OrtTensor('float32', Float32Array.of(1), [1, 1]),
    });
    await session.release();
    const { answer } = await pipeline.run({ title: 'Green circle, red', note: 'blue' });
    expect(probabilities(answer)).toEqual(Array.from(outputs['answer.probabilities']!.data as Float32Array));
  });

  it('reads media: a path, bytes and a Blob are one picture, and it counts', async () => {
    const pictures = await writeModelFolder(await buildSmallModel(pictureAndText));
    const seeing = await loadPipeline<Seeing>(pictures, { plugins });
    const png = (colour: string): Promise<Buffer> =>
      sharp({ create: { width: 20, height: 20, channels: 3, background: colour } })
        .png()
        .toBuffer();
    const red = await png('red');
    const path = join(pictures, 'red.png');
    await writeFile(path, red);
    const ask = async (picture: string | Uint8Array | Blob): Promise<(number | undefined)[]> =>
      probabilities((await seeing.run({ picture, question: 'red circle' })).answer);
    try {
      const answer = await ask(path);
      expect(await ask(red)).toEqual(answer);
      expect(await ask(new Blob([new Uint8Array(red)]))).toEqual(answer);
      expect(await ask(await png('blue'))).not.toEqual(answer);
      await expect(ask(join(pictures, 'model.onnx'))).rejects.toMatchObject({
        code: 'SENSORIUM_BAD_MEDIA',
        message: expect.stringContaining('model.onnx'),
        location: { key: 'picture' },
      });
      await expect(ask(join(pictures, 'none.png'))).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
    } finally {
      await seeing.dispose();
      await rm(pictures, { recursive: true });
    }
  });

  it('takes a file that is not there as missing where that is allowed, and says so', async () => {
    const heads = { answer: { use: 'classification', labels } };
    const photo = { encoder: 'image', size: 16, dim: 16, channels: 8, missing: 'impute' as const };
    const seeing = await writeModelFolder(
      await buildSmallModel({ sensorium: 1, inputs: { photo, other: photo }, fusion: 'concat', heads }),
    );
    const pipelineOf = await loadPipeline(seeing, { plugins });
    const notes: string[][] = [];
    const onNote = (input: string, note: string): void => void notes.push([input, note]);
    try {
      const other = { width: 16, height: 16, channels: 3, data: new Uint8Array(768) } as const;
      const absent = await pipelineOf.run({ photo: join(seeing, 'none.png'), other }, { onNote });
      expect(absent).toEqual(await pipelineOf.run({ other }));
      expect(notes).toEqual([['photo', expect.stringMatching(/^is taken as missing: .*none\.png/)]]);
      await expect(pipelineOf.run({ photo: join(seeing, 'model.onnx') })).rejects.toMatchObject({
        code: 'SENSORIUM_BAD_MEDIA',
      });
      await expect(pipelineOf.run({ photo: join(seeing, 'none.png') })).rejects.toMatchObject({
        code: 'SENSORIUM_MISSING_INPUT',
        message: 'every input is missing or empty: photo, other',
      });
    } finally {
      await pipelineOf.dispose();
      await rm(seeing, { recursive: true });
    }
  });

  it('says which input it does not know, and which it was not given', async () => {
    const loose = await loadPipeline(folder, { plugins });
    await expect(loose.run({ titel: 'red' })).rejects.toMatchObject({
      code: 'SENSORIUM_UNKNOWN_INPUT',
      message: expect.stringContaining('Did you mean "title"?'),
    });
    for (const title of [undefined, null, '']) {
      await expect(loose.run({ title, note: 'red' })).rejects.toMatchObject({
        code: 'SENSORIUM_MISSING_INPUT',
        location: { key: 'title' },
      });
    }
    await loose.dispose();
  });

  it('tells what was done to a value', async () => {
    const notes: [string, string][] = [];
    const onNote = (input: string, note: string): void => void notes.push([input, note]);
    await pipeline.run({ title: 'red red red red red red red', note: 'purple' }, { onNote });
    expect(notes).toEqual([
      ['title', 'cut after 6 of 7 words'],
      ['note', 'unknown words: purple'],
    ]);
  });
});

describe('a missing input', () => {
  it('that is skipped does not count, however it is missing', async () => {
    const [absent, empty, left] = await Promise.all([
      pipeline.run({ title: 'red', note: null }),
      pipeline.run({ title: 'red', note: '' }),
      pipeline.run({ title: 'red' }),
    ]);
    expect(empty).toEqual(absent);
    expect(left).toEqual(absent);
    const present = await pipeline.run({ title: 'red', note: 'blue' });
    expect(present).not.toEqual(absent);
  });

  it('that has a learned stand-in is not the same as one that is skipped', async () => {
    const { inputs } = twoTexts;
    const note = { ...(inputs['note'] as object), encoder: 'text', missing: 'learned' as const };
    const learned = await buildSmallModel({ ...twoTexts, inputs: { ...inputs, note } });
    const standing = await loadPipeline<TwoTexts>(learned, { plugins });
    try {
      const [skipped, stood] = [
        await pipeline.run({ title: 'red', note: null }),
        await standing.run({ title: 'red', note: null }),
      ];
      // Parameters are initialised by name, so the two models differ by the stand-in alone.
      expect(probabilities(stood.answer)).not.toEqual(probabilities(skipped.answer));
      const [a, b] = await Promise.all([pipeline, standing].map((each) => each.run({ title: 'red', note: 'blue' })));
      probabilities(a!.answer).forEach((value, index) =>
        expect(probabilities(b!.answer)[index]).toBeCloseTo(value!, 5),
      );
    } finally {
      await standing.dispose();
    }
  });
});

describe('calls at the same time', () => {
  it('may ask for different things: all that there is to say, or what people read', async () => {
    const asked = samples.slice(0, 9).map((sample, index) => pipeline.run(sample, { full: index % 2 === 0 }));
    for (const [index, { answer }] of (await Promise.all(asked)).entries()) {
      expect(answer.probabilities === undefined).toBe(index % 2 === 1);
      if (answer.probabilities)
        expect(labels.map((label) => answer.probabilities?.[label])).toEqual(probabilities(answer));
    }
  });

  it('give the same numbers as one by one', async () => {
    const together = await Promise.all(samples.map((sample) => pipeline.run(sample)));
    for (const [index, sample] of samples.entries()) {
      const alone = probabilities((await pipeline.run(sample)).answer);
      const grouped = probabilities(together[index]!.answer);
      alone.forEach((value, label) => expect(grouped[label]).toBeCloseTo(value!, 5));
    }
  });

  it('fail each for itself', async () => {
    const calls = samples.map((sample, index) => pipeline.run(index === 7 ? { ...sample, title: null } : sample));
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(results[7]).toMatchObject({ status: 'rejected', reason: { code: 'SENSORIUM_MISSING_INPUT' } });
  });
});

describe('abort', () => {
  it('ends the calls that have not begun, and no other', async () => {
    const controller = new AbortController();
    setMaxListeners(samples.length, controller.signal);
    const calls = samples.map((sample, index) =>
      pipeline.run(sample, index % 2 ? { signal: controller.signal } : undefined),
    );
    controller.abort();
    const results = await Promise.allSettled(calls);
    results.forEach((result, index) => expect(result.status).toBe(index % 2 ? 'rejected' : 'fulfilled'));
    expect(results[1]).toMatchObject({ reason: { name: 'AbortError' } });
    await expect(pipeline.run(samples[0]!, { signal: controller.signal })).rejects.toThrow('aborted');
  });

  it('leaves no listener on a signal that lives on', async () => {
    const { signal } = new AbortController();
    setMaxListeners(samples.length, signal);
    await Promise.all(samples.map((sample) => pipeline.run(sample, { signal })));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('dispose', () => {
  it('finishes what runs, refuses what waits and what comes later', async () => {
    const ending = await load();
    const running = ending.run(samples[0]!);
    // The first call has reached the engine, the others wait for it.
    await Promise.resolve();
    const calls = Promise.allSettled([running, ...samples.map((sample) => ending.run(sample))]);
    await Promise.all([ending.dispose(), ending.dispose()]);
    for (const result of await calls) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'SENSORIUM_DISPOSED' });
      else expect(result.value.answer.candidates).toHaveLength(3);
    }
    await expect(ending.run(samples[0]!)).rejects.toMatchObject({ code: 'SENSORIUM_DISPOSED' });
  });

  it('comes by itself at the end of a block', async () => {
    let kept: Pipeline<TwoTexts>;
    {
      await using scoped = await load();
      await scoped.run(samples[0]!);
      kept = scoped;
    }
    await expect(kept.run(samples[0]!)).rejects.toMatchObject({ code: 'SENSORIUM_DISPOSED' });
  });

  it('works with an engine in a worker thread', async () => {
    await using isolated = await loadPipeline<TwoTexts>(folder, { plugins, session: { isolate: true } });
    const expected = await pipeline.run(samples[4]!);
    expect(await isolated.run(samples[4]!)).toEqual(expected);
  });
});
