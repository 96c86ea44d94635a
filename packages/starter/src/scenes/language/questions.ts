import type { Random } from '@sensorium/contracts';
import { shuffled } from '../choose.js';
import type { Scene, SceneObject } from '../scene.js';
import { askAttribute, askByPlace } from './attribute-questions.js';
import { askCount, askExistence, askMore } from './number-questions.js';
import { askBigger, askOrder, askPosition } from './pair-questions.js';

/**
 * What a question is about. Answers are
 * `colour`, `shape`, `size`, `material`: that attribute's values; `place`: any of those, of an object named by where it
 * lies; `count`: 0 to 5; `exists`, `more`, `bigger`, `order`: yes or no; `position`: left, right, top or bottom.
 */
export type QuestionKind =
  'colour' | 'shape' | 'size' | 'material' | 'place' | 'count' | 'exists' | 'more' | 'bigger' | 'order' | 'position';

export interface Asked {
  readonly question: string;
  /** One of `answers`. */
  readonly answer: string;
  /** For each description in the question, in order, the object that it fits: the first of several, undefined where none. */
  readonly about: readonly (SceneObject | undefined)[];
}

export interface Question extends Asked {
  readonly kind: QuestionKind;
}

/** Undefined where the scene offers no unambiguous question of the kind. */
type Ask = (random: Random, scene: Scene) => Asked | undefined;

const asks: Readonly<Record<QuestionKind, Ask>> = {
  colour: askAttribute('colour'),
  shape: askAttribute('shape'),
  size: askAttribute('size'),
  material: askAttribute('material'),
  place: askByPlace,
  count: askCount,
  exists: askExistence,
  more: askMore,
  bigger: askBigger,
  order: askOrder,
  position: askPosition,
};

export const questionKinds = Object.keys(asks) as readonly QuestionKind[];

/**
 * At most one question of every kind, in random order: lower case, each with exactly one right answer. Answers cannot
 * be told from the words alone: yes and no, left and right are equally likely, and no other answer is favoured much.
 */
export function questions(scene: Scene, random: Random): Question[] {
  return shuffled(random, questionKinds).flatMap((kind) => {
    const asked = asks[kind](random, scene);
    return asked ? { ...asked, kind } : [];
  });
}
