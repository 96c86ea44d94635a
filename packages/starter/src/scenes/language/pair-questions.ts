import type { Random } from '@sensorium/contracts';
import { coin, firstOf, pick, shuffled } from '../choose.js';
import type { Attribute, Scene, SceneObject } from '../scene.js';
import { clearMargin, directions, isClearly, relationWords } from './directions.js';
import { yesOrNo } from './number-questions.js';
import { reference, say } from './phrases.js';
import type { Asked } from './questions.js';

interface PairQuestion {
  /** With `{one}` and `{two}`. */
  readonly templates: readonly string[];
  /** Whether the answer is yes when `one` is named first, and no when it is named second. */
  readonly holds: (one: SceneObject, two: SceneObject) => boolean;
  readonly words?: Readonly<Record<string, string>>;
  /** Attributes that would give the answer away. */
  readonly without?: readonly Attribute[];
}

/** Finds two objects and names them in either order: yes and no are equally likely, and their words the same. */
function askPair(random: Random, scene: Scene, { templates, holds, words, without }: PairQuestion): Asked | undefined {
  const pairs = scene.objects.flatMap((one) =>
    scene.objects.filter((two) => holds(one, two)).map((two) => [one, two] as const),
  );
  return firstOf(shuffled(random, pairs), (pair) => {
    const one = reference(random, scene, pair[0], without);
    const two = reference(random, scene, pair[1], without);
    if (one === undefined || two === undefined) return undefined;
    const answer = coin(random);
    const named = answer ? { one, two } : { one: two, two: one };
    const about = answer ? pair : pair.toReversed();
    return { question: say(random, templates, { ...words, ...named }), answer: yesOrNo(answer), about };
  });
}

/** Is this left of, right of, above or below that. */
export function askOrder(random: Random, scene: Scene): Asked | undefined {
  const direction = pick(random, directions);
  return askPair(random, scene, {
    templates: ['is {one} {relation} {two}?', 'do you see {one} {relation} {two}?', 'does {one} lie {relation} {two}?'],
    words: { relation: pick(random, relationWords[direction]) },
    holds: (one, two) => isClearly(direction, one, two),
  });
}

/** Is this bigger, or smaller, than that; the two differ in size. */
export function askBigger(random: Random, scene: Scene): Asked | undefined {
  const [size, word] = pick(random, [
    ['large', 'bigger'],
    ['large', 'larger'],
    ['small', 'smaller'],
  ] as const);
  return askPair(random, scene, {
    templates: ['is {one} {word} than {two}?', 'does {one} look {word} than {two}?'],
    words: { word },
    holds: (one, two) => one.size === size && two.size !== size,
    without: ['size'],
  });
}

const axes = [
  {
    templates: [
      'is {object} on the left or on the right?',
      'is {object} on the right or on the left?',
      'where is {object}, left or right?',
      'on which side is {object}, left or right?',
    ],
    coordinate: 'x',
    answers: ['left', 'right'],
  },
  {
    templates: [
      'is {object} at the top or at the bottom?',
      'is {object} at the bottom or at the top?',
      'where is {object}, top or bottom?',
      'in which half is {object}, top or bottom?',
    ],
    coordinate: 'y',
    answers: ['top', 'bottom'],
  },
] as const;

/** In which half of the picture an object lies, if not near its middle. */
export function askPosition(random: Random, scene: Scene): Asked | undefined {
  const { templates, coordinate, answers } = pick(random, axes);
  return firstOf(shuffled(random, scene.objects), (object) => {
    const fromMiddle = object[coordinate] - 0.5;
    const words = reference(random, scene, object);
    if (words === undefined || Math.abs(fromMiddle) < clearMargin) return undefined;
    return {
      question: say(random, templates, { object: words }),
      answer: answers[fromMiddle < 0 ? 0 : 1],
      about: [object],
    };
  });
}
