import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { memoryStore } from '@sensorium/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare, type CompareOptions, type Comparison, type Metrics } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';

let squares: Squares;
let manifest: Manifest;
beforeAll(async () => {
  squares = await makeSquares({ train: 36, test: 12 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  manifest = {
    ...squares.manifest,
    inputs: {
      image: { encoder: 'image', dim: 8, channels: 4 },
      question: { encoder: 'text', dim: 8, heads: 2, missing: 'learned' },
    },
    fusion: { use: 'attention', dim: 8, heads: 2, layers: 1 },
    training: { epochs: 2, batchSize: 6, learningRate: 4e-3, validation: 0.25 },
  };
});
afterAll(() => rm(squares.folder, { recursive: true }));

const layers = (count: number) => ({ use: 'attention', layers: count });
const over = { fusion: [layers(1), layers(2)] };

const compareInto = (out: string, options: Partial<CompareOptions> = {}, source: Manifest = manifest) =>
  compare(source, { over, seeds: [3, 5], out: squares.path(out), from, ...options });

const textIn = (path: string): Promise<string> => readFile(squares.path(path), 'utf8');
const metricsIn = async (folder: string): Promise<Metrics> =>
  JSON.parse(await textIn(`${folder}/metrics.json`)) as Metrics;

/** What chance and the clock do not change. */
const scoresOf = ({ rows, best }: Comparison) => ({
  rows: rows.map(({ label, scores, runs }) => ({ label, scores, runs })),
  best,
});

let whole: Comparison;
beforeAll(async () => void (whole = await compareInto('whole')));

describe('compare', () => {
  it('trains each input alone, and then all that is asked for, with every seed', async () => {
    expect(whole.rows.map(({ label, alone, runs }) => [label, alone, runs.map(({ seed }) => seed)])).toEqual([
      ['image alone', 'image', [3, 5]],
      ['question alone', 'question', [3, 5]],
      ['attention layers 1', null, [3, 5]],
      ['attention layers 2', null, [3, 5]],
    ]);
    const trained = JSON.parse(await textIn('whole/attention-layers-2/seed-5/manifest.json')) as Manifest;
    expect(trained).toMatchObject({
      inputs: { image: {}, question: {} },
      fusions: { fusion: { options: { layers: 2, dim: 8 } } },
      training: { seed: 5, epochs: 2 },
    });
    const alone = JSON.parse(await textIn('whole/question-alone/seed-3/manifest.json')) as Manifest;
    expect(Object.keys(alone.inputs)).toEqual(['question']);
    expect(alone).toMatchObject({ fusions: {}, inputs: { question: { missing: 'learned', modalityDropout: 0 } } });
  });

  it('gives mean and deviation of what each training says of itself', async () => {
    const metrics = [await metricsIn('whole/image-alone/seed-3'), await metricsIn('whole/image-alone/seed-5')];
    const row = whole.rows[0]!;
    for (const table of ['validation', 'test'] as const) {
      const [a = NaN, b = NaN] = metrics.map((one) => one[table]?.['answer']?.metrics['accuracy']?.value);
      const spread = row.scores[0]?.[table];
      expect(spread?.mean).toBeCloseTo((a + b) / 2, 12);
      expect(spread?.deviation).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
    }
    expect(row.parameters).toBe(metrics[0]!.parameters);
    expect(row.memory).toBe(Math.max(...metrics.map(({ memory }) => memory ?? NaN)));
    const seconds = metrics.map(({ history }) => history.reduce((sum, epoch) => sum + epoch.seconds, 0));
    expect(row.seconds?.mean).toBeCloseTo((seconds[0]! + seconds[1]!) / 2, 9);
    expect(whole.metrics).toEqual([
      { head: 'answer', name: 'accuracy', title: 'accuracy', unit: '%', better: 'higher' },
    ]);
  });

  it('chooses by validation', () => {
    const means = whole.rows.map(({ label, scores }) => [label, scores[0]!.validation!.mean] as const);
    const best = Math.max(...means.map(([, mean]) => mean));
    expect(whole.best).toBe(means.find(([, mean]) => mean === best)?.[0]);
  });

  it('writes it for programs and for people', async () => {
    expect(JSON.parse(await textIn('whole/compare.json'))).toEqual(whole);
    const page = await textIn('whole/compare.html');
    for (const { label } of whole.rows) expect(page).toContain(`<bdi>${label}</bdi>`);
    expect(page).toMatch(/class="chosen">\s*<th scope="row">\d\. <bdi>/);
    expect(page).toMatch(/\d+\.\d\d% ± \d+\.\d\d%/);
    expect(page.match(/<svg class="plot"/g)).toHaveLength(3);
    expect(page).not.toContain('NaN');
  });

  it('prepares nothing twice, and computes nothing twice that is frozen', async () => {
    const worked: string[] = [];
    const frozen = {
      ...manifest.inputs,
      image: { encoder: 'image', dim: 8, channels: 4, trainable: 'frozen' },
    } as const;
    await compare(
      { ...manifest, inputs: frozen },
      {
        ...{ over, seeds: [3], cache: memoryStore(), from },
        onProgress: ({ number, progress: { phase, subject, done, total } }) => {
          if ((phase === 'prepare' || phase === 'features') && done === total)
            worked.push(`${number}: ${phase} ${subject}`);
        },
      },
    );
    expect(worked).toEqual([
      ...['1: prepare answer', '1: prepare image', '1: prepare image', '1: features image'],
      ...['2: prepare question', '2: prepare question'],
      // One reads the vector of a picture, the others its tokens.
      '3: features image',
    ]);
  });

  it('trains the same in memory, and keeps nothing', async () => {
    const { rows } = await compare(manifest, { over: { fusion: [layers(1)] }, seeds: [3], from });
    expect(rows[2]?.scores[0]?.validation).toEqual({
      mean: whole.rows[2]?.runs[0]?.validation['answer']?.['accuracy'],
      deviation: null,
    });
  });
});

describe('a comparison that was stopped', () => {
  class Stopped extends Error {}

  it('goes on where it was, and trains nothing again that is finished', async () => {
    const controller = new AbortController();
    const stopped = compareInto('stopped', {
      signal: controller.signal,
      onProgress: ({ number, progress: { phase, done } }) => {
        if (number === 3 && phase === 'epoch' && done === 1) controller.abort(new Stopped());
      },
    });
    await expect(stopped).rejects.toBeInstanceOf(Stopped);
    const partly = JSON.parse(await textIn('stopped/compare.json')) as Comparison;
    expect(partly.rows.map(({ runs }) => runs.length)).toEqual([1, 1, 0, 0]);
    const trained = new Set<number>();
    const steps: number[] = [];
    const resumed = await compareInto('stopped', {
      onProgress: ({ number, progress: { phase, done } }) => {
        if (phase !== 'train') return;
        trained.add(number);
        if (number === 3) steps.push(done);
      },
    });
    expect([...trained]).toEqual([3, 4, 5, 6, 7, 8]);
    expect(Math.min(...steps)).toBeGreaterThan(5);
    expect(scoresOf(resumed)).toEqual(scoresOf(whole));
  });

  it('reads no table again where all is finished', async () => {
    const reported: number[] = [];
    const again = await compareInto('whole', { onProgress: ({ number }) => reported.push(number) });
    expect(again).toEqual(whole);
    expect(reported).toEqual([]);
  });

  it('trains anew what has changed', async () => {
    const notes: string[] = [];
    const changed = await compareInto(
      'stopped',
      { seeds: [3], onNote: (note) => notes.push(note), set: ['training.epochs=1'] },
      manifest,
    );
    expect(notes).toContain(
      'image alone, seed 3: manifest, tables or weights have changed, so that it is trained anew',
    );
    expect(changed.rows.map(({ runs }) => runs.map(({ epochs }) => epochs))).toEqual([[1], [1], [1], [1]]);
  });
});

it('trains anew where weights to start from have changed', async () => {
  const given: Manifest = { ...manifest, data: { ...manifest.data, weights: squares.path('weights.onnx') } };
  const trained: number[] = [];
  const once = (seed: number) =>
    copyFile(squares.path(`whole/attention-layers-1/seed-${seed}/model.onnx`), squares.path('weights.onnx')).then(() =>
      compareInto(
        'started',
        { over: { fusion: [layers(1)] }, seeds: [3], onProgress: ({ number }) => trained.push(number) },
        given,
      ),
    );
  await once(3);
  trained.length = 0;
  await once(3);
  expect(trained).toEqual([]);
  await once(5);
  expect([...new Set(trained)]).toEqual([1, 2, 3]);
});

it('trains anew where a file that an option names has changed', async () => {
  const question = { encoder: 'text', dim: 8, heads: 2, tokenizer: squares.path('tokenizer.json') };
  const given: Manifest = { ...manifest, inputs: { ...manifest.inputs, question } };
  const trained = new Set<number>();
  const once = async (words: readonly string[]): Promise<number[]> => {
    const vocab = Object.fromEntries(['[PAD]', '[UNK]', ...words].map((word, at) => [word, at]));
    const special = { special: true, single_word: false, lstrip: false, rstrip: false, normalized: false };
    const tokenizer = {
      added_tokens: ['[PAD]', '[UNK]'].map((content, id) => ({ id, content, ...special })),
      normalizer: null,
      pre_tokenizer: { type: 'Whitespace' },
      post_processor: null,
      decoder: null,
      model: { type: 'WordLevel', vocab, unk_token: '[UNK]' },
    };
    await writeFile(squares.path('tokenizer.json'), JSON.stringify(tokenizer));
    trained.clear();
    const onProgress: CompareOptions['onProgress'] = ({ number }) => trained.add(number);
    const { rows } = await compareInto('tokenized', { over: { fusion: [layers(1)] }, seeds: [3], onProgress }, given);
    expect(rows.flatMap(({ failure }) => failure ?? [])).toEqual([]);
    return [...trained];
  };
  expect(await once(['what', 'colour'])).toEqual([1, 2, 3]);
  expect(await once(['what', 'colour'])).toEqual([]);
  // Number 1 is the picture alone, which has no tokenizer.
  expect(await once(['colour', 'what'])).toEqual([2, 3]);
});

describe('what fails', () => {
  const asking = (name: string) => ({ use: 'attention', queries: [name] });

  it('is a row that says why, and not the end of all', async () => {
    const failed: string[] = [];
    const { rows, best } = await compareInto('failing', {
      over: { fusion: [asking('sound'), asking('question')] },
      onFailed: ({ label, seed }) => failed.push(`${label} ${seed}`),
    });
    expect(failed).toEqual(['attention queries ["sound"] 3']);
    expect(rows.map(({ runs }) => runs.length)).toEqual([2, 2, 0, 2]);
    expect(rows[2]).toMatchObject({
      failure: { code: 'SENSORIUM_MANIFEST_INVALID', message: expect.stringContaining('sound') as string },
      scores: [{ validation: null, test: null }],
      parameters: null,
    });
    expect(best).not.toBeNull();
    expect(await textIn('failing/compare.html')).toContain('What failed');
  });

  it('is thrown where nothing else is left', async () => {
    await expect(
      compareInto('lost', {}, { ...manifest, data: { train: squares.path('none.csv') } }),
    ).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
  });

  it.each([
    ['a fusion that is not there', { over: { fusion: ['attention', 'atention'] } }, 'SENSORIUM_UNKNOWN_PLUGIN'],
    ['an option that is none', { over: { 'fusion.layer': [1] } }, 'SENSORIUM_UNKNOWN_KEY'],
    ['a value that is none', { over: { 'training.epochs': [1, 'two'] } }, 'SENSORIUM_MANIFEST_INVALID'],
    ['nothing', { over: {} }, 'SENSORIUM_USAGE'],
    ['no values', { over: { fusion: [] } }, 'SENSORIUM_USAGE'],
    ['a value twice', { over: { fusion: ['attention', 'attention'] } }, 'SENSORIUM_USAGE'],
    ['no seeds', { seeds: 0 }, 'SENSORIUM_USAGE'],
    ['a seed twice', { seeds: [1, 1] }, 'SENSORIUM_USAGE'],
    ['seeds that are none', { seeds: [0.5] }, 'SENSORIUM_USAGE'],
  ] as const)('is refused before anything is trained: %s', async (_, options, code) => {
    await expect(compareInto('refused', options)).rejects.toMatchObject({ code });
    await expect(readdir(squares.path('refused'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says that a manifest has no fusion, and where fusions have names which keys they have', async () => {
    const { fusion, ...none } = manifest;
    const one = { ...none, inputs: { image: 'image' } };
    await expect(compareInto('refused', {}, one)).rejects.toMatchObject({
      code: 'SENSORIUM_USAGE',
      hint: expect.stringContaining('several inputs') as string,
    });
    const named = { ...none, fusions: { scene: fusion! } };
    await expect(compareInto('refused', {}, named)).rejects.toMatchObject({
      hint: expect.stringContaining('over fusions.scene') as string,
    });
  });
});

describe('several keys', () => {
  it('are tried with each other', async () => {
    const { rows } = await compare(manifest, {
      over: { fusion: ['attention', layers(2)], 'training.learningRate': [1e-3, 4e-3] },
      seeds: 1,
      set: ['training.epochs=1', 'training.validation=0'],
      from,
    });
    expect(rows.slice(2).map(({ label, set }) => [label, set[1]])).toEqual([
      ['attention, learningRate 0.001', 'training.learningRate=0.001'],
      ['attention, learningRate 0.004', 'training.learningRate=0.004'],
      ['attention layers 2, learningRate 0.001', 'training.learningRate=0.001'],
      ['attention layers 2, learningRate 0.004', 'training.learningRate=0.004'],
    ]);
  });

  it('choose nothing where nothing validates', async () => {
    const { rows, best } = await compare(manifest, {
      over: { fusion: ['attention'] },
      seeds: 1,
      set: ['training.epochs=1', 'training.validation=0'],
      from,
    });
    expect(best).toBeNull();
    expect(rows[2]?.scores[0]).toMatchObject({ validation: null, test: { deviation: null } });
  });
});

it('shows what each input loses alone, where modalities are balanced', async () => {
  const { rows } = await compare(manifest, {
    over: { 'training.balance': [null, 'sum'] },
    ...{ seeds: 1, set: ['training.epochs=1'], from },
  });
  expect(rows.map(({ label, losses, failure }) => [label, Object.keys(losses), failure])).toEqual([
    ['image alone', [], null],
    ['question alone', [], null],
    ['balance null', [], null],
    ['balance sum', ['answer', 'alone.answer.image', 'alone.answer.question'], null],
  ]);
});
