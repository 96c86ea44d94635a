import { describe, expect, it } from 'vitest';
import { createRandom } from '@sensorium/data';
import { captions, generateScene, type Scene, type SceneObject } from '../index.js';

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
const sceneOf = (...objects: SceneObject[]): Scene => ({ background: 'slate', seed: 0, objects });

describe('captions', () => {
  it('names one object', () => {
    expect(captions(sceneOf(ring))).toEqual([
      'one object',
      'a ring',
      'an orange ring',
      'a large matte orange ring',
      'a large matte orange ring on a grey background',
    ]);
  });

  it('relates two', () => {
    expect(captions(sceneOf(star, ring))).toEqual([
      'two objects',
      'a star and a ring',
      'a red star and an orange ring',
      'a small shiny red star and a large matte orange ring',
      'a small shiny red star and a large matte orange ring on a grey background',
      'the star is left of the ring',
    ]);
  });

  it('counts what reads the same, and uses what tells objects apart', () => {
    const found = captions(sceneOf({ ...star, shape: 'cross' }, { ...ring, shape: 'cross' }, { ...ring, y: 0.1 }));
    expect(found.slice(0, 3)).toEqual([
      'three objects',
      'two crosses and a ring',
      'a red cross, an orange cross and an orange ring',
    ]);
    expect(found).toContain('the small cross is left of the ring');
    expect(found).toContain('the large cross is below the ring');
  });

  it('says nothing of where things lie when that is not clear or they are doubles', () => {
    expect(captions(sceneOf(star, { ...ring, x: 0.26 })).join()).not.toMatch(/left|right|above|below/);
    expect(captions(sceneOf(star, { ...star, x: 0.9 })).join()).not.toMatch(/left|right|above|below/);
  });

  it('only relates as the coordinates do, and repeats nothing', () => {
    const random = createRandom(8);
    let related = 0;
    for (let round = 0; round < 300; round++) {
      const scene = generateScene(random);
      const found = captions(scene);
      expect(new Set(found).size).toBe(found.length);
      for (const caption of found) {
        const [, one, relation, two] = /^the (.+) is (left of|right of|above|below) the (.+)$/.exec(caption) ?? [];
        if (one === undefined || two === undefined) continue;
        related++;
        const a = theOnly(scene, one);
        const b = theOnly(scene, two);
        const holds = { 'left of': a.x < b.x, 'right of': a.x > b.x, above: a.y < b.y, below: a.y > b.y };
        expect(holds[relation as keyof typeof holds]).toBe(true);
      }
    }
    expect(related).toBeGreaterThan(300);
  });
});

/** The one object that has everything the words say. */
function theOnly(scene: Scene, words: string): SceneObject {
  const wanted = words.split(' ').filter((word) => word !== 'object');
  const found = scene.objects.filter((object) => wanted.every((word) => Object.values(object).includes(word)));
  expect(found).toHaveLength(1);
  return found[0] as SceneObject;
}
