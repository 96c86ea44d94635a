import { describe, expect, it } from 'vitest';
import { createRandom } from '@sensorium/data';
import { backgrounds, colours, generateScene, materials, shapes, sizes, type Scene } from './index.js';

const random = createRandom(11);
const scenes = Array.from({ length: 2000 }, () => generateScene(random));
const objects = scenes.flatMap((scene) => scene.objects);

function shares<T>(values: readonly T[]): Map<T, number> {
  const found = new Map<T, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1 / values.length);
  return found;
}

describe('generateScene', () => {
  it('gives the same scene for the same stream, as plain JSON', () => {
    const scene = generateScene(createRandom(5));
    expect(generateScene(createRandom(5))).toEqual(scene);
    expect(generateScene(createRandom(6))).not.toEqual(scene);
    expect(JSON.parse(JSON.stringify(scene))).toEqual(scene);
  });

  it.each([
    ['shape', shapes],
    ['colour', colours],
    ['size', sizes],
    ['material', materials],
  ] as const)('uses every %s about equally often', (attribute, values) => {
    const found = shares(objects.map((object): string => object[attribute]));
    expect([...found.keys()].sort()).toEqual([...values].sort());
    for (const share of found.values()) expect(Math.abs(share * values.length - 1)).toBeLessThan(0.2);
  });

  it('uses every background and every number of objects about equally often', () => {
    const bySize = shares(scenes.map((scene) => scene.objects.length));
    expect([...bySize.keys()].sort()).toEqual([1, 2, 3, 4, 5]);
    const byBackground = shares(scenes.map((scene) => scene.background));
    expect([...byBackground.keys()].sort()).toEqual([...backgrounds].sort());
    for (const share of [...bySize.values(), ...byBackground.values()])
      expect(Math.abs(share - 0.2)).toBeLessThan(0.04);
  });

  it('keeps objects inside the picture and apart', () => {
    const radius = { small: 0.1, large: 0.165 };
    for (const { objects } of scenes) {
      for (const [index, one] of objects.entries()) {
        const room = radius[one.size];
        expect(Math.min(one.x, one.y, 1 - one.x, 1 - one.y)).toBeGreaterThanOrEqual(room);
        for (const other of objects.slice(index + 1)) {
          expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThan(room + radius[other.size]);
        }
      }
    }
  });

  it('takes the number of objects', () => {
    const counts = [1, 5].map((objects) => generateScene(createRandom(1), { objects }).objects.length);
    expect(counts).toEqual([1, 5]);
  });

  it.each([0, 6, 2.5, Number.NaN])('rejects %s objects', (objects) => {
    const generate = (): Scene => generateScene(createRandom(1), { objects });
    expect(generate).toThrowError(expect.objectContaining({ code: 'SENSORIUM_PLUGIN_SCENES_INVALID' }));
  });
});
