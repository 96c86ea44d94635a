import { describe, expect, it } from 'vitest';
import { required } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { generateScene, questionKinds, questions, sceneExamples } from '../index.js';
import type { Question, QuestionKind, Scene, SceneObject } from '../index.js';

const star: SceneObject = {
  shape: 'star',
  colour: 'red',
  size: 'large',
  material: 'shiny',
  x: 0.2,
  y: 0.3,
  rotation: 0,
};
const ring: SceneObject = { ...star, shape: 'ring', colour: 'blue', size: 'small', material: 'matte', x: 0.8, y: 0.7 };
const cross: SceneObject = { ...ring, shape: 'cross', y: 0.2, x: 0.5 };
const sceneOf = (...objects: SceneObject[]): Scene => ({ background: 'mist', seed: 1, objects });

/** All that is asked about a scene in many rounds: question → answer. */
function everythingAsked(scene: Scene): Map<string, string> {
  const random = createRandom(2);
  return new Map(
    Array.from({ length: 6000 }, () => questions(scene, random)).flatMap((round) =>
      round.map(({ question, answer }) => [question, answer] as const),
    ),
  );
}

const examples = [...sceneExamples({ seed: 21, scenes: 4000, questionsPerScene: 8 })];

describe('questions', () => {
  it('asks at most once of every kind, and of every kind somewhere', () => {
    const random = createRandom(1);
    const seen = new Set<QuestionKind>();
    for (let round = 0; round < 50; round++) {
      const kinds = questions(generateScene(random), random).map(({ kind }) => kind);
      expect(new Set(kinds).size).toBe(kinds.length);
      for (const kind of kinds) seen.add(kind);
    }
    expect([...seen].sort()).toEqual([...questionKinds].sort());
  });

  it('is fixed by its stream', () => {
    const scene = sceneOf(star, ring, cross);
    expect(questions(scene, createRandom(3))).toEqual(questions(scene, createRandom(3)));
    expect(questions(scene, createRandom(3))).not.toEqual(questions(scene, createRandom(4)));
  });

  const asked = everythingAsked(sceneOf(star, ring, cross));

  it.each([
    ['what colour is the star?', 'red'],
    ['what shape is the red object?', 'star'],
    ['how big is the ring?', 'small'],
    ['is the cross matte, shiny or striped?', 'matte'],
    ['how many objects are there?', '3'],
    ['how many blue objects are there?', '2'],
    ['how many crosses are in the picture?', '1'],
    ['how many striped objects do you see?', '0'],
    ['is there a red star?', 'yes'],
    ['is there a blue star?', 'no'],
    ['do you see a triangle?', 'no'],
    ['are there more blue objects than red objects?', 'yes'],
    ['are there more large objects than small objects?', 'no'],
    ['is the star bigger than the ring?', 'yes'],
    ['is the star smaller than the cross?', 'no'],
    ['is the ring left of the star?', 'no'],
    ['is the cross above the ring?', 'yes'],
    ['where is the ring, left or right?', 'right'],
    ['is the star at the top or at the bottom?', 'top'],
    ['what shape is the object right of the cross?', 'ring'],
    ['what colour is the leftmost object?', 'red'],
    ['what size is the lowest object?', 'small'],
  ])('%s %s', (question, answer) => {
    expect(asked.get(question)).toBe(answer);
  });

  it.each([
    ['objects next to each other', sceneOf(star, { ...ring, x: 0.25, y: 0.35 }), ['order', 'place']],
    [
      'doubles',
      sceneOf(star, { ...star, x: 0.8 }),
      ['colour', 'shape', 'size', 'material', 'bigger', 'order', 'position'],
    ],
    ['an object in the middle', sceneOf({ ...star, x: 0.45, y: 0.55 }), ['position', 'order', 'place', 'bigger']],
  ])('never asks what is in doubt: %s', (_, scene, inDoubt) => {
    const random = createRandom(2);
    const kinds = new Set(
      Array.from({ length: 200 }, () => questions(scene, random))
        .flat()
        .map(({ kind }) => kind),
    );
    expect([...kinds].sort()).toEqual([...questionKinds].filter((kind) => !inDoubt.includes(kind)).sort());
  });

  it('tells which objects it names, in their order', () => {
    for (const { question, answer, kind, about } of examples) {
      const [first, second] = about;
      if (kind === 'colour' || kind === 'shape' || kind === 'size' || kind === 'material') {
        expect(first?.[kind]).toBe(answer);
      }
      if (kind === 'exists') expect(first ? 'yes' : 'no').toBe(answer);
      if (kind === 'bigger') {
        const wanted = question.includes(' smaller ') ? 'small' : 'large';
        expect(first?.size === wanted ? 'yes' : 'no').toBe(answer);
      }
      if (kind === 'order' && question.includes(' above ')) {
        expect(required(first, 'the first').y < required(second, 'the second').y ? 'yes' : 'no').toBe(answer);
      }
      if (kind === 'bigger' || kind === 'order' || kind === 'more') expect(about).toHaveLength(2);
    }
  });

  it('writes plain lower-case sentences', () => {
    for (const { question } of examples) expect(question).toMatch(/^[a-z ,]+\??$/);
    expect(new Set(examples.map(({ question }) => question)).size).toBeGreaterThan(5000);
  });
});

describe('balance', () => {
  const total = (counts: Map<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const highest = (counts: Map<string, number>): number => Math.max(...counts.values());

  function tally(key: (question: Question) => string): Map<string, Map<string, number>> {
    const found = new Map<string, Map<string, number>>();
    for (const example of examples) {
      const counts = found.get(key(example)) ?? new Map<string, number>();
      found.set(key(example), counts.set(example.answer, (counts.get(example.answer) ?? 0) + 1));
    }
    return found;
  }

  /** The question with every shape, colour, size, material and number of them left out. */
  const template = ({ question, kind }: Question): string =>
    `${kind}: ${question.replace(/\b(an? |the )?(small |large |matte |shiny |striped |red |orange |yellow |green |cyan |blue |purple |pink )*(object|circle|square|triangle|star|ring|cross)(e?s)?\b/g, '…')}`;

  it('answers every template with two answers by either half of the time', () => {
    const binary = [...tally(template)].filter(
      ([name, counts]) => counts.size <= 2 && total(counts) >= 60 && !name.startsWith('count'),
    );
    expect(binary.length).toBeGreaterThan(40);
    for (const [name, counts] of binary) {
      const standardError = 0.5 / Math.sqrt(total(counts));
      expect([name, Math.abs(highest(counts) / total(counts) - 0.5) < 4.5 * standardError]).toEqual([name, true]);
    }
  });

  it.each([
    ['colour', 0.17],
    ['shape', 0.22],
    ['size', 0.54],
    ['material', 0.38],
    ['place', 0.2],
    ['count', 0.35],
    ['position', 0.3],
  ] as const)('favours no answer to questions of kind %s', (kind, limit) => {
    const counts = tally((example) => example.kind).get(kind) as Map<string, number>;
    expect(highest(counts) / total(counts)).toBeLessThan(limit);
  });

  it('cannot be guessed from the question alone', () => {
    const asked = [...sceneExamples({ seed: 22, scenes: 1000, questionsPerScene: 8, split: 'test' })];
    const accuracy = (guess: (question: Question) => string | undefined): number =>
      asked.filter((example) => guess(example) === example.answer).length / asked.length;
    expect(accuracy(guessByText(examples, template))).toBeLessThan(0.45);
    expect(accuracy(guessByWords(examples))).toBeLessThan(0.45);
  });
});

/** The most frequent answer to the same text if it was seen often enough, otherwise to the same template. */
function guessByText(seen: readonly Question[], template: (question: Question) => string) {
  const counts = new Map<string, Map<string, number>>();
  for (const example of seen) {
    for (const key of [example.question, template(example)]) {
      const answersSoFar = counts.get(key) ?? new Map<string, number>();
      counts.set(key, answersSoFar.set(example.answer, (answersSoFar.get(example.answer) ?? 0) + 1));
    }
  }
  const best = (key: string, minimum: number): string | undefined => {
    const sorted = [...(counts.get(key) ?? [])].sort((a, b) => b[1] - a[1]);
    return sorted.reduce((sum, [, count]) => sum + count, 0) >= minimum ? sorted[0]?.[0] : undefined;
  };
  return (asked: Question): string | undefined => best(asked.question, 10) ?? best(template(asked), 1);
}

/** Naive Bayes over the words and pairs of neighbouring words of the question. */
function guessByWords(seen: readonly Question[]) {
  const wordsOf = (question: string): string[] => {
    const words = question.split(/[ ,?]+/).filter(Boolean);
    return [...new Set([...words, ...words.slice(1).map((word, index) => `${words[index]} ${word}`)])];
  };
  const priors = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { question, answer } of seen) {
    priors.set(answer, (priors.get(answer) ?? 0) + 1);
    for (const word of wordsOf(question)) counts.set(`${answer}|${word}`, (counts.get(`${answer}|${word}`) ?? 0) + 1);
  }
  return ({ question }: Question): string | undefined => {
    const words = wordsOf(question);
    const score = ([answer, prior]: [string, number]): number =>
      words.reduce(
        (sum, word) => sum + Math.log(((counts.get(`${answer}|${word}`) ?? 0) + 0.1) / (prior + 1)),
        Math.log(prior),
      );
    return [...priors].map((entry) => [entry[0], score(entry)] as const).sort((a, b) => b[1] - a[1])[0]?.[0];
  };
}
