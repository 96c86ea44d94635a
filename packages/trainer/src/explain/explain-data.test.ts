import type { Manifest } from '@sensorium/contracts';
import { loadPipeline } from '@sensorium/orchestrator';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluate, train, type ExplainDataOptions, type Evaluation } from '../index.js';
import { from } from '../testing/squares.js';

const colours = ['red', 'green', 'blue'];
const others = ['one', 'two', 'three', 'four'];

/** The word of `colour` is the answer; that of `chatter` says nothing. */
const rows = Array.from({ length: 48 }, (_, index) => ({
  colour: colours[index % 3]!,
  chatter: others[Math.floor(index / 3) % 4]!,
  answer: colours[index % 3]!,
}));

const word = { encoder: 'text', dim: 8, heads: 2, layers: 1, missing: 'skip' as const };
const manifest: Manifest = {
  sensorium: 1,
  name: 'words',
  inputs: { colour: word, chatter: word },
  fusion: { use: 'attention', dim: 16, heads: 2, layers: 1 },
  heads: { answer: 'classification' },
  training: { epochs: 12, batchSize: 8, learningRate: 5e-3, validation: 0.25, seed: 3 },
};

describe('the explanation of a model over a table', () => {
  let model: { readonly manifest: object; readonly model: Uint8Array };
  const explain = (options: ExplainDataOptions = {}): Promise<Evaluation> =>
    evaluate(model, { data: rows, from, explain: options });
  beforeAll(async () => {
    const trained = await train(manifest, { rows, from });
    model = { manifest: trained.manifest, model: trained.files['model.onnx']! };
  });

  it('gives an input that says nothing next to nothing', async () => {
    const { explanation, scores } = await explain();
    expect(scores['answer']!.metrics['accuracy']!.value).toBe(1);
    const { value, none, shapley, ...others } = explanation!;
    expect(others).toEqual({ head: 'answer', output: null, rows: 48, unit: '%', neverMissing: [] });
    expect(shapley['colour']!.mean + shapley['chatter']!.mean).toBeCloseTo(value - none, 5);
    expect(shapley['colour']!.mean).toBeGreaterThan(0.9 * (value - none));
    expect(shapley['chatter']!.size).toBeLessThan(0.25 * shapley['colour']!.size);
  });

  it('is the mean of those of the rows', async () => {
    const { explanation } = await explain({ output: 'red', rows: 3 });
    const pipeline = await loadPipeline(model, { from });
    // Evenly from all over the table.
    const each = [rows[0]!, rows[16]!, rows[32]!].map(({ colour, chatter }) =>
      pipeline.explain({ colour, chatter }, { output: 'red' }),
    );
    const values = (await Promise.all(each)).map(({ shapley }) => shapley!.values['colour']!);
    await pipeline.dispose();
    const { mean, size } = explanation!.shapley['colour']!;
    expect(mean).toBeCloseTo(values.reduce((a, b) => a + b) / 3, 6);
    expect(size).toBeCloseTo(values.reduce((sum, value) => sum + Math.abs(value), 0) / 3, 6);
    expect(explanation).toMatchObject({ output: 'red', rows: 3 });
  });

  it('is not there unless it is asked for', async () => {
    expect(await evaluate(model, { data: rows, from })).not.toHaveProperty('explanation');
  });

  it.each([0, -1, 2.5, NaN])('refuses to look at %d rows', async (count) => {
    await expect(explain({ rows: count })).rejects.toMatchObject({ code: 'SENSORIUM_USAGE' });
  });
});
