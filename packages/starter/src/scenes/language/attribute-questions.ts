import type { Random } from '@sensorium/contracts';
import { firstOf, pick, shuffled } from '../choose.js';
import { attributeNames, type Attribute, type Scene, type SceneObject } from '../scene.js';
import { clearMargin, directions, isDecided, offset, relationWords, type Direction } from './directions.js';
import { reference, say } from './phrases.js';
import type { Asked } from './questions.js';

/** `{object}` is `the red star` or `the object left of the ring`. */
const templates: Readonly<Record<Attribute, readonly string[]>> = {
  colour: [
    'what colour is {object}?',
    'what color is {object}?',
    'what is the colour of {object}?',
    'which colour does {object} have?',
  ],
  shape: [
    'what shape is {object}?',
    'what is the shape of {object}?',
    'which shape does {object} have?',
    'what kind of shape is {object}?',
  ],
  size: [
    'what size is {object}?',
    'how big is {object}?',
    'is {object} small or large?',
    'is {object} large or small?',
    'what is the size of {object}?',
  ],
  material: [
    'what material is {object}?',
    'what is the surface of {object} like?',
    'is {object} matte, shiny or striped?',
    'what is {object} made of?',
  ],
};

/** What colour, shape, size or material a described object has. The description leaves the answer out. */
export const askAttribute =
  (attribute: Attribute) =>
  (random: Random, scene: Scene): Asked | undefined =>
    firstOf(shuffled(random, scene.objects), (object) => {
      const words = reference(random, scene, object, [attribute]);
      return words === undefined
        ? undefined
        : {
            question: say(random, templates[attribute], { object: words }),
            answer: object[attribute],
            about: [object],
          };
    });

/** The same of an object that is described only by where it lies. */
export function askByPlace(random: Random, scene: Scene): Asked | undefined {
  const place = pick(random, [besideAnother, outermost])(random, scene);
  if (!place) return undefined;
  const attribute = pick(random, attributeNames);
  return {
    question: say(random, templates[attribute], { object: place.words }),
    answer: place.object[attribute],
    about: place.from ? [place.object, place.from] : [place.object],
  };
}

interface Place {
  readonly object: SceneObject;
  readonly words: string;
  /** What the words name beside it. */
  readonly from?: SceneObject;
}

/** `the object left of the red star`, where exactly one lies clearly there and none is in doubt. */
const besideAnother = (random: Random, scene: Scene): Place | undefined =>
  firstOf(shuffled(random, scene.objects), (from) =>
    firstOf(shuffled(random, directions), (direction) => {
      const others = scene.objects.filter((object) => object !== from);
      const there = others.filter((object) => offset(direction, object, from) > 0);
      const [object] = there;
      if (!object || there.length > 1 || !others.every((other) => isDecided(direction, other, from))) return undefined;
      const anchor = reference(random, scene, from);
      return anchor === undefined
        ? undefined
        : { object, from, words: `the object ${pick(random, relationWords[direction])} ${anchor}` };
    }),
  );

const extremeWords: Readonly<Record<Direction, readonly string[]>> = {
  left: ['the leftmost object', 'the object furthest to the left'],
  right: ['the rightmost object', 'the object furthest to the right'],
  above: ['the topmost object', 'the highest object'],
  below: ['the bottommost object', 'the lowest object'],
};

/** `the leftmost object`, where it is so by a clear margin. */
const outermost = (random: Random, scene: Scene): Place | undefined =>
  firstOf(shuffled(random, directions), (direction) => {
    const object = scene.objects.find((candidate) =>
      scene.objects.every((other) => other === candidate || offset(direction, candidate, other) >= clearMargin),
    );
    if (!object || scene.objects.length < 2) return undefined;
    return { object, words: pick(random, extremeWords[direction]) };
  });
