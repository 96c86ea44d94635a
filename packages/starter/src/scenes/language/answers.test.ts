import { describe, expect, it } from 'vitest';
import { answers, sceneExamples, type Scene, type SceneObject } from '../index.js';

const examples = [...sceneExamples({ seed: 33, scenes: 4000, questionsPerScene: 8 })];

describe('answers', () => {
  it('are those that a reader of the question finds in the scene', () => {
    const wrong = examples.filter(({ scene, question, answer }) => answerByReading(scene, question) !== answer);
    expect(wrong).toEqual([]);
  });

  it('are a closed set, all of it used', () => {
    expect(answers).toHaveLength(31);
    expect([...new Set(examples.map(({ answer }) => answer))].sort()).toEqual([...answers].sort());
  });
});

/**
 * Reads an English question and looks the answer up in the scene, knowing nothing of how questions are made.
 * Throws where it does not understand, or where `the …` fits no object or several.
 */
function answerByReading(scene: Scene, question: string): string {
  for (const [pattern, answer] of readings) {
    const match = pattern.exec(question);
    if (match) return answer(scene, match.slice(1));
  }
  throw new Error(`no reading of "${question}"`);
}

type Reading = (scene: Scene, parts: readonly string[]) => string;

const attribute =
  (name: 'colour' | 'shape' | 'size' | 'material'): Reading =>
  (scene, [words = '']) =>
    theObject(scene, words)[name];

const count: Reading = (scene, [words = '']) => String(objectsCalled(scene, words).length);

const relation = '(?:to the )?(left of|right of)|(above|below)|(higher|lower) than';
const yes = (truth: boolean): string => (truth ? 'yes' : 'no');

const readings: readonly (readonly [RegExp, Reading])[] = [
  [/^(?:what|which) colou?r (?:is|does) (the .+?)(?: have)?\?$/, attribute('colour')],
  [/^what is the colour of (the .+)\?$/, attribute('colour')],
  [/^(?:what kind of|what|which) shape (?:is|does) (the .+?)(?: have)?\?$/, attribute('shape')],
  [/^what is the shape of (the .+)\?$/, attribute('shape')],
  [/^(?:what size|how big) is (the .+)\?$/, attribute('size')],
  [/^what is the size of (the .+)\?$/, attribute('size')],
  [/^is (the .+) (?:small or large|large or small)\?$/, attribute('size')],
  [/^what material is (the .+)\?$/, attribute('material')],
  [/^what is (?:the surface of )?(the .+) (?:like|made of)\?$/, attribute('material')],
  [/^is (the .+) matte, shiny or striped\?$/, attribute('material')],
  [/^how many (.+?)(?: are there| do you see| are in the picture)\?$/, count],
  [/^what is the number of (.+)\?$/, count],
  [/^count the (.+)$/, count],
  [
    /^(?:are there|do you see) more (.+) than (.+)\?$/,
    (scene, [these = '', those = '']) => yes(objectsCalled(scene, these).length > objectsCalled(scene, those).length),
  ],
  [
    /^is the number of (.+) greater than the number of (.+)\?$/,
    (scene, [these = '', those = '']) => yes(objectsCalled(scene, these).length > objectsCalled(scene, those).length),
  ],
  [
    /^(?:is there|do you see|can you see|does the picture show) an? (.+)\?$/,
    (scene, [words = '']) => yes(objectsCalled(scene, words).length > 0),
  ],
  [
    /^(?:is|does) (the .+?) (?:look )?(bigger|larger|smaller) than (the .+)\?$/,
    (scene, [one = '', comparison, two = '']) => {
      const [wanted, other] = comparison === 'smaller' ? ['small', 'large'] : ['large', 'small'];
      return yes(theObject(scene, one).size === wanted && theObject(scene, two).size === other);
    },
  ],
  [
    /^.*?(the [a-z ]+?),? (?:on the )?(?:left or (?:on the )?right|right or on the left)\?$/,
    (scene, [words = '']) => (theObject(scene, words).x < 0.5 ? 'left' : 'right'),
  ],
  [
    /^.*?(the [a-z ]+?),? (?:at the )?(?:top or (?:at the )?bottom|bottom or at the top)\?$/,
    (scene, [words = '']) => (theObject(scene, words).y < 0.5 ? 'top' : 'bottom'),
  ],
  [
    new RegExp(`^(?:is|do you see|does) (the .+?) (?:lie )?(?:${relation}) (the .+)\\?$`),
    (scene, parts) => {
      const [one = '', side, height, comparative, two = ''] = parts;
      return yes(liesThere(side ?? height ?? comparative, theObject(scene, one), theObject(scene, two)));
    },
  ],
];

/** Resolves `the red star`, `the object left of the ring` and `the leftmost object`; there must be exactly one. */
function theObject(scene: Scene, words: string): SceneObject {
  const found = objectsAt(scene, words.replace(/^the /, ''));
  if (found.length !== 1) throw new Error(`"${words}" fits ${found.length} objects`);
  return found[0] as SceneObject;
}

function objectsAt(scene: Scene, words: string): readonly SceneObject[] {
  const beside = new RegExp(`^object (?:${relation}) (the .+)$`).exec(words);
  if (beside) {
    const from = theObject(scene, beside[4] ?? '');
    return scene.objects.filter((object) => liesThere(beside[1] ?? beside[2] ?? beside[3], object, from));
  }
  if (/leftmost|to the left$/.test(words)) return extreme(scene, ({ x }) => -x);
  if (/rightmost|to the right$/.test(words)) return extreme(scene, ({ x }) => x);
  if (/topmost|highest/.test(words)) return extreme(scene, ({ y }) => -y);
  if (/bottommost|lowest/.test(words)) return extreme(scene, ({ y }) => y);
  return objectsCalled(scene, words);
}

function extreme(scene: Scene, score: (object: SceneObject) => number): SceneObject[] {
  const best = Math.max(...scene.objects.map(score));
  return scene.objects.filter((object) => score(object) === best);
}

function liesThere(where: string | undefined, object: SceneObject, from: SceneObject): boolean {
  if (where === 'left of') return object.x < from.x;
  if (where === 'right of') return object.x > from.x;
  return where === 'above' || where === 'higher' ? object.y < from.y : object.y > from.y;
}

/** Objects to which every word applies, plural or not. */
function objectsCalled(scene: Scene, words: string): SceneObject[] {
  const wanted = words.split(' ').map((word) => word.replace(/^crosses$/, 'cross').replace(/([^s])s$/, '$1'));
  return scene.objects.filter(({ shape, colour, size, material }) =>
    wanted.every((word) => ['object', shape, colour, size, material].includes(word)),
  );
}
