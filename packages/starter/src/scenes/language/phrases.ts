import type { Random } from '@sensorium/contracts';
import { pick } from '../choose.js';
import { attributeNames, describes, type Attribute, type Description, type Scene, type SceneObject } from '../scene.js';

const numberWords = ['no', 'one', 'two', 'three', 'four', 'five'] as const;

export const numberWord = (count: number): string => numberWords[count] ?? String(count);

/** `small striped red star`; without a shape the noun is `object`. */
export const phrase = (description: Description): string =>
  attributeNames.flatMap((name) => description[name] ?? (name === 'shape' ? 'object' : [])).join(' ');

/** `small striped red stars`. Ends in `crosses`, not `crosss`. */
export const plural = (description: Description): string => {
  const singular = phrase(description);
  return singular.endsWith('s') ? `${singular}es` : `${singular}s`;
};

/** `a red star`, `an orange star`. */
export const withArticle = (words: string): string => `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;

/** `a`, `a and b`, `a, b and c`. */
export const enumeration = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

export const describe = (object: SceneObject, names: readonly Attribute[]): Description =>
  Object.fromEntries(names.map((name) => [name, object[name]]));

/** All subsets of `names`, smallest first. */
const subsets = (names: readonly Attribute[]): Attribute[][] =>
  names
    .reduce<Attribute[][]>((found, name) => [...found, ...found.map((subset) => [...subset, name])], [[]])
    .sort((a, b) => a.length - b.length);

/**
 * Descriptions that fit this object and no other of the scene, using none of the attributes in `without`. Shortest
 * first, and none with more than one attribute beyond what is needed. Empty where the object has a double.
 */
export function uniqueDescriptions(
  scene: Scene,
  object: SceneObject,
  without: readonly Attribute[] = [],
): Description[] {
  const found = subsets(attributeNames.filter((name) => !without.includes(name)))
    .map((names) => describe(object, names))
    .filter((description) => scene.objects.filter((other) => describes(description, other)).length === 1);
  const shortest = Object.keys(found[0] ?? {}).length;
  return found.filter((description) => Object.keys(description).length <= shortest + 1);
}

/** `the red star`: one way to point at an object, or undefined where nothing tells it from the others. */
export function reference(
  random: Random,
  scene: Scene,
  object: SceneObject,
  without: readonly Attribute[] = [],
): string | undefined {
  const found = uniqueDescriptions(scene, object, without);
  return found.length > 0 ? `the ${phrase(pick(random, found))}` : undefined;
}

/** One of the templates, its `{names}` replaced. */
export const say = (random: Random, templates: readonly string[], words: Readonly<Record<string, string>>): string =>
  pick(random, templates).replace(/\{(.+?)\}/g, (whole, name: string) => words[name] ?? whole);
