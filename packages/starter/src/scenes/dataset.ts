import type { Random } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { generateScene } from './generate.js';
import { captions, fullCaption } from './language/captions.js';
import { questions, type Question } from './language/questions.js';
import { requireInteger, type Scene } from './scene.js';

/** Splits draw from different random streams: no scene of one is ever in another. */
export type SceneSplit = 'train' | 'validation' | 'test';

export interface SceneSample {
  readonly scene: Scene;
  /** See `captions`. */
  readonly captions: readonly string[];
  /** See `questions`. */
  readonly questions: readonly Question[];
}

export interface SceneDatasetOptions {
  /** An integer. The same one gives the same samples on every platform. */
  readonly seed: number;
  /** How many samples, 0 or more. The first ones of a longer dataset are those of a shorter one. */
  readonly count: number;
  /** Default `train`. */
  readonly split?: SceneSplit;
}

export interface SceneCaptionsOptions {
  /** The most objects a scene has, 1 to 5; each number is equally likely. Default 5. */
  readonly mostObjects?: number;
  /** An integer. The same one gives the same scenes on every platform. */
  readonly seed: number;
  /** How many scenes, 0 or more. */
  readonly scenes: number;
  /** Default `train`. */
  readonly split?: SceneSplit;
}

export interface SceneExamplesOptions extends SceneCaptionsOptions {
  /** How many different questions about each scene, 1 to 20. */
  readonly questionsPerScene: number;
}

export interface SceneCaption {
  readonly scene: Scene;
  /** Names every object with all its attributes, from left to right. */
  readonly caption: string;
}

/** A question about a scene. Consecutive examples share the `scene` object: draw it once. */
export interface SceneExample extends Question {
  readonly scene: Scene;
}

/**
 * One scene with all that is said and asked about it, fixed by the seed. Throws `SENSORIUM_PLUGIN_SCENES_INVALID` for a
 * seed that is no integer.
 */
export const sceneSample = (seed: number): SceneSample => sampleFrom(streamOf(seed));

/**
 * `count` samples, made one by one as they are asked for. The first step throws `SENSORIUM_PLUGIN_SCENES_INVALID` for
 * wrong options.
 */
export function* sceneDataset({ seed, count, split = 'train' }: SceneDatasetOptions): Generator<SceneSample> {
  requireInteger('count', count, 0, Number.MAX_SAFE_INTEGER);
  for (const random of streams(seed, split, count)) yield sampleFrom(random);
}

/**
 * `scenes` × `questionsPerScene` examples, scene by scene. The first step throws `SENSORIUM_PLUGIN_SCENES_INVALID` for wrong options.
 */
export function* sceneExamples({ questionsPerScene, ...options }: SceneExamplesOptions): Generator<SceneExample> {
  requireInteger('questionsPerScene', questionsPerScene, 1, 20);
  for (const { scene, random } of scenes(options)) {
    yield* differentQuestions(scene, random.fork('questions'), questionsPerScene).map((asked) => ({ scene, ...asked }));
  }
}

/**
 * `scenes` scenes, each with one caption, and the same ones that `sceneExamples` asks about. The first step throws
 * `SENSORIUM_PLUGIN_SCENES_INVALID` for wrong options.
 */
export function* sceneCaptions(options: SceneCaptionsOptions): Generator<SceneCaption> {
  for (const { scene } of scenes(options)) yield { scene, caption: fullCaption(scene) };
}

function* scenes({
  seed,
  scenes: count,
  split = 'train',
  mostObjects = 5,
}: SceneCaptionsOptions): Generator<{ scene: Scene; random: Random }> {
  requireInteger('scenes', count, 0, Number.MAX_SAFE_INTEGER);
  requireInteger('mostObjects', mostObjects, 1, 5);
  for (const random of streams(seed, split, count)) {
    const objects = 1 + random.fork('objects').integer(mostObjects);
    yield { scene: generateScene(random.fork('scene'), { objects }), random };
  }
}

function* streams(seed: number, split: SceneSplit, count: number): Generator<Random> {
  const root = streamOf(seed).fork(split);
  for (let index = 0; index < count; index++) yield root.fork(String(index));
}

function streamOf(seed: number): Random {
  requireInteger('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return createRandom(seed);
}

function sampleFrom(random: Random): SceneSample {
  const scene = generateScene(random.fork('scene'));
  return { scene, captions: captions(scene), questions: questions(scene, random.fork('questions')) };
}

/** Asks in rounds until there are enough; every scene has hundreds of different questions. */
function differentQuestions(scene: Scene, random: Random, count: number): Question[] {
  const found = new Map<string, Question>();
  while (found.size < count) {
    for (const asked of questions(scene, random)) found.set(asked.question, asked);
  }
  return [...found.values()].slice(0, count);
}
