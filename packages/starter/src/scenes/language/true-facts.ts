import {
  attributeNames,
  attributes,
  countOf,
  describes,
  maximumObjects,
  type Attribute,
  type Description,
  type Scene,
  type SceneObject,
} from '../scene.js';
import { backgroundWords } from './captions.js';
import { directions, isClearly, relationWords } from './directions.js';
import { numberWord, phrase, plural } from './phrases.js';

/**
 * Whether a caption, of a form that `captions` has, says nothing but what is true of a scene. It need not say everything.
 *
 * `a red star` holds where there is a red star or more; `two red stars` where there are exactly two; what a list names
 * are different objects; `the star` is the only one; and one object lies left of another where `captions` would say so.
 * Any other text is false.
 */
export function trueFacts(caption: string, scene: Scene): boolean {
  const [, subject, words, object] = /^the (.+) is (.+) the (.+)$/.exec(caption) ?? [];
  if (subject !== undefined && words !== undefined && object !== undefined) {
    return isRelated(theOnly(subject, scene), words, theOnly(object, scene));
  }
  const [, list = caption, background] = /^(.+) on a (.+) background$/.exec(caption) ?? [];
  if (background !== undefined && background !== backgroundWords[scene.background]) return false;
  const claims = list.split(/, | and /).map(claimOf);
  return claims.every((claim) => claim !== undefined) && holds(claims, scene);
}

/** That so many objects, or more where there is no count, fit a description. */
interface Claim {
  readonly description: Description;
  readonly count: number | null;
}

const counts = new Map(
  Array.from({ length: maximumObjects }, (_, index) => [numberWord(index + 1), index + 1] as const),
);

function claimOf(item: string): Claim | undefined {
  const [, first, words] = /^(\S+) (.+)$/.exec(item) ?? [];
  if (first === undefined || words === undefined) return undefined;
  const count = first === 'a' || first === 'an' ? null : counts.get(first);
  const description = describedBy(words, (count ?? 1) > 1);
  return count === undefined || description === undefined ? undefined : { description, count };
}

const values = new Map<string, Attribute>(
  attributeNames.flatMap((name) => attributes[name].map((value) => [value, name] as const)),
);

/** What the words say of an object, or undefined where they are not how a caption says it. */
function describedBy(words: string, isPlural: boolean): Description | undefined {
  const all = words.split(' ');
  const noun = all.at(-1);
  const written = isPlural ? plural : phrase;
  const adjectives = all.slice(0, -1).map((word) => [values.get(word), word] as const);
  const description: Description = {
    ...(Object.fromEntries(adjectives) as Description),
    ...nouns.find((one) => written(one) === noun),
  };
  return written(description) === words ? description : undefined;
}

/** Of any object, and of each shape. */
const nouns: readonly Description[] = [{}, ...attributes.shape.map((shape) => ({ shape }))];

function holds(claims: readonly Claim[], scene: Scene): boolean {
  const counted = claims.every(({ description, count }) => count === null || countOf(scene, description) === count);
  const named = claims.flatMap(({ description, count }) => Array.from({ length: count ?? 1 }, () => description));
  return counted && areDifferent(named, scene.objects);
}

/** Whether each description can have an object for itself. */
function areDifferent([first, ...others]: readonly Description[], objects: readonly SceneObject[]): boolean {
  if (!first) return true;
  return objects.some(
    (object) =>
      describes(first, object) &&
      areDifferent(
        others,
        objects.filter((other) => other !== object),
      ),
  );
}

function isRelated(object: SceneObject | undefined, words: string, other: SceneObject | undefined): boolean {
  const direction = directions.find((name) => relationWords[name].includes(words));
  return Boolean(direction && object && other && isClearly(direction, object, other));
}

function theOnly(words: string, { objects }: Scene): SceneObject | undefined {
  const description = describedBy(words, false);
  const fitting = description ? objects.filter((object) => describes(description, object)) : [];
  return fitting.length === 1 ? fitting[0] : undefined;
}
