import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { evaluate, loadPipeline, starterSamples, type ClassificationPrediction, type Source } from './index.js';

interface Starter {
  inputs: { image: Source; question: string };
  heads: { answer: ClassificationPrediction };
}

describe('the model that Sensorium brings along', () => {
  it('is loaded by its word, and answers', async () => {
    const pipeline = await loadPipeline<Starter>('starter');
    const samples = await starterSamples();
    const answers = await Promise.all(samples.map(({ image, question }) => pipeline.run({ image, question })));
    await pipeline.dispose();
    const right = samples.filter(({ answer }, index) => answers[index]?.answer.label === answer);
    expect(right.length).toBeGreaterThan(samples.length / 2);
  });

  it('is evaluated by its word', async () => {
    const rows = (await starterSamples()).map(({ image, ...row }) => ({ ...row, image: fileURLToPath(image) }));
    const { scores } = await evaluate('starter', { data: rows });
    expect(scores['answer']?.metrics['accuracy']?.value).toBeGreaterThan(0.5);
  });

  it('is not a folder of that name', async () => {
    await expect(loadPipeline('./starter')).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
  });
});
