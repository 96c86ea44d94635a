import { createRandom } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import { captions, generateScene, sceneCaptions, trueFacts, type Scene, type SceneObject } from '../index.js';

const star: SceneObject = {
  shape: 'star',
  colour: 'red',
  size: 'small',
  material: 'shiny',
  x: 0.2,
  y: 0.5,
  rotation: 0,
};
const ring: SceneObject = {
  ...star,
  shape: 'ring',
  colour: 'orange',
  size: 'large',
  material: 'matte',
  x: 0.8,
  y: 0.55,
};
const cross: SceneObject = { ...star, shape: 'cross', x: 0.5, y: 0.2 };
const scene: Scene = { background: 'slate', seed: 0, objects: [star, ring, cross, { ...cross, y: 0.8 }] };

describe('trueFacts', () => {
  it.each([
    'four objects',
    'a star',
    'an orange ring',
    'two crosses and a star',
    'two small shiny red crosses, a small shiny red star and a large matte orange ring on a grey background',
    'a red object, a red cross and a red star',
    'three red objects',
    'the star is left of the ring',
    'the large object is to the right of the star',
  ])('takes “%s” for true', (caption) => expect(trueFacts(caption, scene)).toBe(true));

  it.each([
    ['another count', 'three objects'],
    ['a count that is too small', 'two red objects'],
    ['an attribute of another object', 'a red ring'],
    ['more objects than there are', 'a star and a red star'],
    ['another background', 'a star on a white background'],
    ['a relation turned round', 'the ring is left of the star'],
    ['a relation that is not clear', 'the star is above the ring'],
    ['a name that fits two', 'the cross is left of the ring'],
    ['one true item beside a false one', 'a star and a blue ring'],
  ])('takes %s for false: “%s”', (_, caption) => expect(trueFacts(caption, scene)).toBe(false));

  it.each([
    '',
    'a',
    'a star and',
    'star',
    'red star a',
    'a star red',
    'a red red star',
    'a stars',
    'two cross',
    'a star on a grey',
    'a star is left of the ring',
    '<unk>',
  ])('takes “%s” for no caption', (caption) => expect(trueFacts(caption, scene)).toBe(false));

  it('agrees with every caption of random scenes, and not with those of others', () => {
    const random = createRandom(3);
    const scenes = Array.from({ length: 300 }, () => generateScene(random));
    for (const one of scenes)
      for (const caption of captions(one)) expect([caption, trueFacts(caption, one)]).toEqual([caption, true]);
    const full = [...sceneCaptions({ seed: 5, scenes: 300 })];
    for (const { scene: one, caption } of full) expect(trueFacts(caption, one)).toBe(true);
    const wrong = full.filter(({ caption }, index) => {
      const other = full[(index + 1) % full.length];
      return other && trueFacts(caption, other.scene);
    });
    expect(wrong.length).toBeLessThan(5);
  });
});
