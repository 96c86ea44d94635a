import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TensorJson } from '../tensor-json.js';
import { runExplained, type RunExplainedOptions } from './run-explained.js';

const picture = fileURLToPath(new URL('../../../starter/samples/scene-1.png', import.meta.url));
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-explain-'))));
afterAll(() => rm(folder, { recursive: true }));

interface Json {
  readonly samples: readonly {
    readonly sample: object;
    readonly value: number;
    readonly gradients: {
      readonly baseline: number;
      readonly inputs: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, TensorJson>>>>>>;
    };
    readonly shapley: { readonly none: number; readonly values: Readonly<Record<string, number>> };
  }[];
}

const explain = async (options: Partial<RunExplainedOptions> = {}) => {
  const input = { image: [picture], question: ['how many rings are there?', 'what is the colour of the ring?'] };
  const { text, json } = await runExplained({ model: 'starter', input, overwrite: false, ...options });
  return { text, json: json as Json };
};

it('says of each sample what each input contributes, and writes a page', async () => {
  const out = join(folder, 'explanation.html');
  const { text, json } = await explain({ out });
  expect(json.samples).toHaveLength(2);
  for (const { value, shapley, gradients } of json.samples) {
    expect(Object.keys(shapley.values)).toEqual(['image', 'question']);
    const sum = Object.values(shapley.values).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(value - shapley.none, 5);
    expect(gradients.inputs['image']!['integrated']!['pixels']!.shape).toEqual([1, 64, 64, 3]);
    const { data } = gradients.inputs['question']!['timesInput']!['ids']!;
    expect(data.some((weight) => weight !== 0)).toBe(true);
  }
  expect(json.samples[1]!.sample).toEqual({ image: picture, question: 'what is the colour of the ring?' });
  expect(text).toMatch(/^answer: \w+, [\d.]+ %; without any input [\d.]+ %\nimage +-?[\d.]+ %/);
  expect(text).toContain(`→ ${out}`);
  const page = await readFile(out, 'utf8');
  expect(page).toContain('how many rings are there?');
  expect(page).toMatch(/<img[^>]+src="data:image\/png;base64,/);
  await expect(explain({ out })).rejects.toMatchObject({ code: 'SENSORIUM_EXISTS' });
});

it('asks for some of the methods', async () => {
  const { text, json } = await explain({ methods: ['attention'] });
  expect(text).toMatch(/^answer: \w+, [\d.]+ %\n\nanswer: \w+, [\d.]+ %$/);
  expect(Object.keys(json.samples[0]!)).toEqual(['sample', 'head', 'output', 'value', 'unit', 'attention']);
  await expect(explain({ methods: ['lime' as 'shapley'] })).rejects.toMatchObject({ code: 'SENSORIUM_USAGE' });
});

it('explains another answer than the one that is given', async () => {
  const { text } = await explain({ answer: 'ring' });
  expect(text).toContain('answer: ring, ');
  await expect(explain({ answer: 'rng' })).rejects.toMatchObject({ message: expect.stringContaining('"ring"') });
});
