import { describe, expect, it } from 'vitest';
import { answers, sceneDataset, sceneExamples, sceneSample } from './index.js';

const splits = ['train', 'validation', 'test'] as const;

describe('sceneSample', () => {
  it('is fixed by its seed', () => {
    expect(sceneSample(1)).toEqual(sceneSample(1));
    expect(sceneSample(1).scene).not.toEqual(sceneSample(2).scene);
    expect(sceneSample(1).captions.length).toBeGreaterThan(2);
    expect(sceneSample(1).questions.length).toBeGreaterThan(2);
  });

  it('rejects a seed that is no integer', () => {
    expect(() => sceneSample(0.5)).toThrowError(expect.objectContaining({ code: 'SENSORIUM_PLUGIN_SCENES_INVALID' }));
  });
});

describe('sceneDataset', () => {
  it('is fixed by its seed, and a longer one continues a shorter one', () => {
    const ten = [...sceneDataset({ seed: 4, count: 10 })];
    expect(ten).toHaveLength(10);
    expect([...sceneDataset({ seed: 4, count: 20 })].slice(0, 10)).toEqual(ten);
    expect([...sceneDataset({ seed: 5, count: 10 })]).not.toEqual(ten);
    expect([...sceneDataset({ seed: 4, count: 0 })]).toEqual([]);
  });

  it('has no scene in two splits, nor twice in one', () => {
    const scenes = splits.flatMap((split) =>
      [...sceneDataset({ seed: 1, count: 300, split })].map(({ scene }) => scene),
    );
    expect(new Set(scenes.map((scene) => JSON.stringify(scene))).size).toBe(900);
  });
});

describe('sceneExamples', () => {
  it('asks as many different questions about every scene as wanted', () => {
    const examples = [...sceneExamples({ seed: 2, scenes: 50, questionsPerScene: 20, split: 'test' })];
    expect(examples).toHaveLength(1000);
    for (const { answer } of examples) expect(answers).toContain(answer);
    const asked = examples.map(({ scene, question }) => JSON.stringify([scene, question]));
    expect(new Set(asked).size).toBe(1000);
    expect([...sceneExamples({ seed: 2, scenes: 50, questionsPerScene: 20, split: 'test' })]).toEqual(examples);
  });

  it('asks about as many scenes as wanted, of every number of objects up to the most', () => {
    const asked = [...sceneExamples({ seed: 9, scenes: 30, questionsPerScene: 3, mostObjects: 2 })];
    const scenes = new Set(asked.map(({ scene }) => scene));
    expect(scenes.size).toBe(30);
    expect(new Set([...scenes].map(({ objects }) => objects.length))).toEqual(new Set([1, 2]));
  });

  it('has no scene in two splits', () => {
    const examples = splits.flatMap((split) => [
      ...sceneExamples({ seed: 1, scenes: 50, questionsPerScene: 1, split }),
    ]);
    expect(new Set(examples.map(({ scene }) => JSON.stringify(scene))).size).toBe(150);
  });

  it.each([
    { scenes: -1, questionsPerScene: 1 },
    { scenes: 1.5, questionsPerScene: 1 },
    { scenes: 1, questionsPerScene: 0 },
    { scenes: 1, questionsPerScene: 21 },
    { scenes: 1, questionsPerScene: 1, mostObjects: 6 },
  ])('rejects %o', (options) => {
    expect(() => [...sceneExamples({ seed: 1, ...options })]).toThrowError(
      expect.objectContaining({ code: 'SENSORIUM_PLUGIN_SCENES_INVALID' }),
    );
  });
});
