import { examplesOf, runExample } from '@sensorium/graph/testing';
import { loadPipeline } from '@sensorium/orchestrator';
import { expect, it } from 'vitest';
import * as starter from './index.js';

const [answering, drawing, perceiving] = examplesOf(new URL('../README.md', import.meta.url));

/** Takes the place of the console. */
function recorder() {
  const printed: unknown[][] = [];
  return { printed, log: (...values: unknown[]) => void printed.push(values) };
}

it('the example of the README answers a question as it is true', async () => {
  const console = recorder();
  await runExample(answering!, 'undefined', { ...starter, loadPipeline }, { console });
  const [[label, probability, answer]] = console.printed as [[string, number, string]];
  expect(label).toBe(answer);
  expect(probability).toBeGreaterThan(0.5);
});

it('the example of the README draws scenes and asks about them', () => {
  const console = recorder();
  const exports = {
    ...starter,
    // Of the thousand scenes the first few.
    sceneExamples: (options: Parameters<typeof starter.sceneExamples>[0]) =>
      starter.sceneExamples({ ...options, scenes: 3 }),
  };
  runExample(drawing!, 'undefined', exports, { console });
  expect(console.printed.length).toBeGreaterThan(10);
  for (const [question, answer] of console.printed) {
    expect(question).toEqual(expect.any(String));
    expect(starter.answers).toContain(answer);
  }
});

it('the example of the README perceives a scene with other senses', async () => {
  const console = recorder();
  await runExample(perceiving!, 'undefined', starter, { console });
  expect(console.printed).toEqual([
    [16, 16_000],
    ['accX accY accZ gyroX gyroY gyroZ'],
    ['une petite croix violette rayée'],
    [1.4],
  ]);
});
