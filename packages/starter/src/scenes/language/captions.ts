import {
  attributeNames,
  countOf,
  type BackgroundName,
  type Description,
  type Scene,
  type SceneObject,
} from '../scene.js';
import { directions, offset, isClearly, relationWords, type Direction } from './directions.js';
import { describe, enumeration, numberWord, phrase, plural, uniqueDescriptions, withArticle } from './phrases.js';

export const backgroundWords: Readonly<Record<BackgroundName, string>> = {
  paper: 'white',
  sand: 'sand-coloured',
  mist: 'pale blue',
  slate: 'grey',
  night: 'dark',
};

/** All objects with all that can be said of them, from left to right: `a small shiny red star and two large matte blue rings`. */
export const fullCaption = (scene: Scene): string => inventory(scene, (object) => describe(object, attributeNames));

/**
 * What a scene shows, in English: lower case, no full stop, the shortest first, objects from left to right. All are true;
 * no two are the same.
 *
 *     two objects
 *     a red star and a blue ring
 *     a small shiny red star and a large matte blue ring
 *     a small shiny red star and a large matte blue ring on a grey background
 *     the star is left of the ring
 */
export function captions(scene: Scene): string[] {
  const full = fullCaption(scene);
  return [
    ...new Set([
      scene.objects.length === 1 ? 'one object' : counted({}, scene.objects.length),
      inventory(scene, ({ shape }) => ({ shape })),
      inventory(scene, ({ colour, shape }) => ({ colour, shape })),
      full,
      `${full} on a ${backgroundWords[scene.background]} background`,
      ...relations(scene),
    ]),
  ];
}

const counted = (description: Description, count: number): string =>
  count === 1 ? withArticle(phrase(description)) : `${numberWord(count)} ${plural(description)}`;

/** All objects, those that read the same counted together: `two red stars and a ring`. */
function inventory(scene: Scene, shorten: (object: SceneObject) => Description): string {
  const fromLeft = [...scene.objects].sort((a, b) => a.x - b.x);
  const kinds = new Map(fromLeft.map((object) => [phrase(shorten(object)), shorten(object)]));
  return enumeration([...kinds.values()].map((description) => counted(description, countOf(scene, description))));
}

/** One sentence for every two objects that can be told apart and of which one clearly lies to some side. */
function relations(scene: Scene): string[] {
  return scene.objects.flatMap((object, index) =>
    scene.objects.slice(index + 1).flatMap((other) => {
      const direction = mainDirection(object, other);
      const one = name(scene, object);
      const two = name(scene, other);
      if (!direction || !one || !two) return [];
      return `${one} is ${relationWords[direction][0]} ${two}`;
    }),
  );
}

/** The shortest description that tells an object from the others, with its shape if possible: `the red star`. */
function name(scene: Scene, object: SceneObject): string | undefined {
  const found = uniqueDescriptions(scene, object);
  const shortest = found.find(({ shape }) => shape !== undefined) ?? found[0];
  return shortest && `the ${phrase(shortest)}`;
}

/** The direction in which `object` lies furthest from `other`, if that is clear. */
function mainDirection(object: SceneObject, other: SceneObject): Direction | undefined {
  const [main] = [...directions].sort((a, b) => offset(b, object, other) - offset(a, object, other));
  return main && isClearly(main, object, other) ? main : undefined;
}
