import { required, type Random } from '@sensorium/contracts';
import { coin, pick, pickWeighted } from '../choose.js';
import {
  attributes,
  attributeNames,
  countOf,
  describes,
  type Attribute,
  type Description,
  type Scene,
  type SceneObject,
} from '../scene.js';
import { phrase, plural, say, withArticle } from './phrases.js';
import type { Asked } from './questions.js';

/** Every description that names exactly these attributes. */
const descriptionsBy = (names: readonly Attribute[]): Description[] =>
  names.reduce<Description[]>(
    (found, name) =>
      found.flatMap((description) => attributes[name].map((value) => ({ ...description, [name]: value }))),
    [{}],
  );

const countTemplates = [
  'how many {things} are there?',
  'how many {things} do you see?',
  'how many {things} are in the picture?',
  'what is the number of {things}?',
  'count the {things}',
];

const countForms: readonly (readonly Attribute[])[] = [
  [],
  ['size'],
  ['material'],
  ['colour'],
  ['shape'],
  ['colour', 'shape'],
];

/** How many: high counts are rare among scenes, and so preferred where a scene offers them. */
const countWeights = [1, 1, 2.5, 4, 6, 8] as const;

export function askCount(random: Random, scene: Scene): Asked {
  const descriptions = descriptionsBy(pick(random, countForms));
  const found = new Set(descriptions.map((description) => countOf(scene, description)));
  const count = pickWeighted(random, [...found], (value) =>
    required(countWeights[value], `the weight of the count ${value}`),
  );
  const description = pick(
    random,
    descriptions.filter((candidate) => countOf(scene, candidate) === count),
  );
  return {
    question: say(random, countTemplates, { things: plural(description) }),
    answer: String(count),
    about: [firstOfKind(scene, description)],
  };
}

const existsTemplates = [
  'is there {a thing}?',
  'do you see {a thing}?',
  'can you see {a thing}?',
  'does the picture show {a thing}?',
];

const existsForms: readonly (readonly Attribute[])[] = [
  ['colour'],
  ['shape'],
  ['material'],
  ['size'],
  ['colour', 'shape'],
  ['material', 'colour'],
  ['material', 'shape'],
  ['size', 'shape'],
  ['size', 'colour'],
];

/** Is there one. A form of description is used only where yes and no are both possible, so that neither is favoured. */
export function askExistence(random: Random, scene: Scene): Asked {
  const splits = existsForms.map((form) => splitByExistence(scene, descriptionsBy(form)));
  const { present, absent } = pick(
    random,
    splits.filter((split) => split.absent.length > 0),
  );
  const answer = coin(random);
  const description = answer ? pick(random, present) : pickAbsent(random, scene, absent);
  return {
    question: say(random, existsTemplates, { 'a thing': withArticle(phrase(description)) }),
    answer: yesOrNo(answer),
    about: [firstOfKind(scene, description)],
  };
}

const splitByExistence = (scene: Scene, descriptions: readonly Description[]) => ({
  present: descriptions.filter((description) => countOf(scene, description) > 0),
  absent: descriptions.filter((description) => countOf(scene, description) === 0),
});

/** Half of the time something that is nearly there: a red ring, where there is a blue ring and a red star. */
function pickAbsent(random: Random, scene: Scene, absent: readonly Description[]): Description {
  const near = absent.filter((description) =>
    attributeNames.every(
      (name) => description[name] === undefined || countOf(scene, { [name]: description[name] }) > 0,
    ),
  );
  return pick(random, near.length > 0 && coin(random) ? near : absent);
}

const moreTemplates = [
  'are there more {these} than {those}?',
  'do you see more {these} than {those}?',
  'is the number of {these} greater than the number of {those}?',
];

/** Are there more of these than of those: two values of one attribute, at least one of them in the picture. */
export function askMore(random: Random, scene: Scene): Asked {
  const comparisons = attributeNames.map((name) => compareNumbers(scene, descriptionsBy([name])));
  const { more, notMore } = pick(
    random,
    comparisons.filter((comparison) => comparison.more.length > 0),
  );
  const answer = coin(random);
  const [these, those] = pick(random, answer ? more : notMore);
  return {
    question: say(random, moreTemplates, { these: plural(these), those: plural(those) }),
    answer: yesOrNo(answer),
    about: [firstOfKind(scene, these), firstOfKind(scene, those)],
  };
}

/** All pairs of which the first is more frequent, and all of which it is not although the second is there. */
function compareNumbers(scene: Scene, descriptions: readonly Description[]) {
  const pairs = descriptions.flatMap((these) =>
    descriptions.filter((those) => those !== these).map((those) => [these, those] as const),
  );
  const counted = pairs.map((pair) => ({ pair, these: countOf(scene, pair[0]), those: countOf(scene, pair[1]) }));
  return {
    more: counted.filter(({ these, those }) => these > those).map(({ pair }) => pair),
    notMore: counted.filter(({ these, those }) => those > 0 && these <= those).map(({ pair }) => pair),
  };
}

const firstOfKind = (scene: Scene, description: Description): SceneObject | undefined =>
  scene.objects.find((object) => describes(description, object));

export const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no');
