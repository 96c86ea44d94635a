import { fileURLToPath } from 'node:url';
import type { ClassificationPrediction } from '@sensorium/head-classification';
import { loadPipeline } from '@sensorium/orchestrator';
import { starterModel } from '@sensorium/starter';
import { expect, it } from 'vitest';
import { drawScene } from './scenes.js';

interface Starter {
  readonly inputs: { readonly image: Blob; readonly question: string };
  readonly heads: { readonly answer: ClassificationPrediction };
}

it('the first question about a picture is one that the starter answers, whatever the seed', async () => {
  const from = [fileURLToPath(new URL('../../../../packages/cli/package.json', import.meta.url))];
  await using pipeline = await loadPipeline<Starter>(starterModel, { from, backend: 'cpu' });
  const seeds = Array.from({ length: 20 }, (_, index) => 2 * index);
  let right = 0;
  for (const seed of seeds) {
    const { image, questions } = await drawScene({ seed });
    const [first] = questions;
    const { answer } = await pipeline.run({ image, question: first!.question });
    if (answer.label === first!.answer) right += 1;
  }
  expect(right / seeds.length).toBeGreaterThanOrEqual(0.95);
});
