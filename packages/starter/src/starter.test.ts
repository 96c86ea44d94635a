import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { required, type Scores, type Source } from '@sensorium/contracts';
import type { ClassificationPrediction } from '@sensorium/head-classification';
import { loadPipeline } from '@sensorium/orchestrator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderScene, sceneExamples, starterModel, starterPackage, starterSamples } from './index.js';

interface Starter {
  inputs: { image: Source; question: string };
  heads: { answer: ClassificationPrediction };
}
const open = () => loadPipeline<Starter>(starterModel, { from: [starterPackage] });

describe('the embedded model', () => {
  let pipeline: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    pipeline = await open();
  });
  afterAll(() => pipeline?.dispose());

  it('answers the questions about the sample pictures', async () => {
    const samples = await starterSamples();
    expect(samples.length).toBeGreaterThan(5);
    for (const { image, question } of samples) {
      const { answer } = await pipeline.run({ image, question });
      expect(answer.probability).toBeGreaterThan(0);
      expect(answer.candidates[0]?.label).toBe(answer.label);
    }
  });

  it('is as good on scenes of the test split as its metrics say', async () => {
    const metrics = JSON.parse(await readFile(new URL('metrics.json', starterModel), 'utf8')) as {
      test: { answer: Scores };
    };
    const options = { seed: 2026, scenes: 150, questionsPerScene: 8, mostObjects: 2, split: 'test' } as const;
    const right = await Promise.all(
      [...sceneExamples(options)].map(async ({ scene, question, answer: truth }) => {
        const { answer } = await pipeline.run({ image: renderScene(scene), question });
        return Number(answer.label === truth);
      }),
    );
    const accuracy = right.reduce((a, b) => a + b, 0) / right.length;
    expect(Math.abs(accuracy - required(metrics.test.answer.metrics['accuracy'], 'accuracy').value)).toBeLessThan(0.06);
  });

  it('fits into a package', async () => {
    const { byteLength } = await readFile(new URL('model.onnx', starterModel));
    expect(byteLength).toBeLessThanOrEqual(4 * 2 ** 20);
  });
});

it('the demo shows picture, question, answer, probability and runners-up', async () => {
  const demo = fileURLToPath(new URL('../dist/demo.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [demo]);
  const [first] = await starterSamples();
  expect(stdout).toContain('scene-1.png');
  expect(stdout).toContain(first?.question);
  expect(stdout).toMatch(/→ \w+ {2}\d+\.\d %/);
  expect(stdout).toMatch(/then \w+ \d+\.\d %/);
});
