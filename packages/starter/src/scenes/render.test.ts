import type { Raster } from '@sensorium/media';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@sensorium/data';
import { backgrounds, colours, generateScene, materials, renderScene, shapes, sizes } from './index.js';
import type { ColourName, Scene, SceneObject } from './index.js';

const random = createRandom(3);
const scenes = Array.from({ length: 100 }, () => generateScene(random));

const object: SceneObject = {
  shape: 'circle',
  colour: 'blue',
  size: 'large',
  material: 'matte',
  x: 0.5,
  y: 0.5,
  rotation: 0,
};
const sceneOf = (...objects: SceneObject[]): Scene => ({ background: 'paper', seed: 7, objects });

type Pixel = [red: number, green: number, blue: number];

function pixelAt({ width, data }: Raster, x: number, y: number): Pixel {
  const offset = 3 * (Math.floor(y * width) * width + Math.floor(x * width));
  return [...data.subarray(offset, offset + 3)] as Pixel;
}

/** The hue of HSV, in degrees. */
function hueOf([red, green, blue]: Pixel): number {
  const highest = Math.max(red, green, blue);
  const range = highest - Math.min(red, green, blue);
  if (highest === red) return (60 * ((green - blue) / range) + 360) % 360;
  return highest === green ? 60 * ((blue - red) / range) + 120 : 60 * ((red - green) / range) + 240;
}

/** Where each colour lies on the colour wheel, as painters would have it. */
const hues: Readonly<Record<ColourName, number>> = {
  red: 0,
  orange: 30,
  yellow: 52,
  green: 130,
  cyan: 185,
  blue: 225,
  purple: 273,
  pink: 329,
};

const nearestColour = (hue: number): ColourName | undefined => {
  const distance = (colour: ColourName): number => {
    const apart = Math.abs(hues[colour] - hue);
    return Math.min(apart, 360 - apart);
  };
  return [...colours].sort((a, b) => distance(a) - distance(b))[0];
};

/** Averages blocks of factor × factor pixels. */
function downsample({ width, data }: Raster, factor: number): Float64Array {
  const side = width / factor;
  const result = new Float64Array(side * side * 3);
  data.forEach((value, index) => {
    const column = Math.floor((Math.floor(index / 3) % width) / factor);
    const row = Math.floor(Math.floor(index / 3 / width) / factor);
    const target = 3 * (row * side + column) + (index % 3);
    result[target] = (result[target] ?? 0) + value / factor ** 2;
  });
  return result;
}

const meanDifference = (one: ArrayLike<number>, two: ArrayLike<number>): number =>
  Array.from(one).reduce((sum, value, index) => sum + Math.abs(value - (two[index] ?? Number.NaN)), 0) / one.length;

describe('renderScene', () => {
  it('gives RGB bytes, 64×64 unless told otherwise, the same every time', () => {
    const scene = sceneOf(object);
    const { data, ...header } = renderScene(scene);
    expect(header).toEqual({ width: 64, height: 64, channels: 3 });
    expect(data).toBeInstanceOf(Uint8Array);
    expect(data).toHaveLength(64 * 64 * 3);
    expect(renderScene(scene).data).toEqual(data);
    expect(renderScene({ ...scene, seed: 8 }).data).not.toEqual(data);
    expect(renderScene(scene, { size: 100 }).data).toHaveLength(100 * 100 * 3);
  });

  it('draws the same picture at every size', () => {
    for (const scene of scenes) {
      const small = renderScene(scene, { size: 64 }).data;
      expect(meanDifference(downsample(renderScene(scene, { size: 256 }), 4), small)).toBeLessThan(1.5);
    }
  });

  it('shows every object in its colour', () => {
    for (const scene of scenes) {
      const picture = renderScene(scene, { size: 128 });
      for (const { shape, size, colour, x, y } of scene.objects) {
        // A ring is hollow: look at its lower right.
        const aside = shape === 'ring' ? 0.7 * Math.SQRT1_2 * { small: 0.1, large: 0.165 }[size] : 0;
        expect(nearestColour(hueOf(pixelAt(picture, x + aside, y + aside)))).toBe(colour);
      }
    }
  });

  it('leaves the middle of a ring empty, and the place where no object is', () => {
    const empty = renderScene(sceneOf());
    const ring = renderScene(sceneOf({ ...object, shape: 'ring', size: 'large' }));
    for (const [x, y] of [
      [0.1, 0.1],
      [0.9, 0.1],
    ] as const)
      expect(pixelAt(ring, x, y)).toEqual(pixelAt(empty, x, y));
    const [red, green, blue] = pixelAt(ring, 0.5, 0.5);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(12);
  });

  it('puts y = 0 at the top and turns clockwise', () => {
    const star = { ...object, shape: 'triangle', y: 0.3 } as const;
    const isBlue = (picture: Raster, x: number, y: number): boolean => {
      const [red, , blue] = pixelAt(picture, x, y);
      return blue > red + 60;
    };
    const upright = renderScene(sceneOf(star));
    expect(isBlue(upright, 0.5, 0.3 - 0.14)).toBe(true);
    expect(isBlue(upright, 0.5 + 0.14, 0.3)).toBe(false);
    expect(isBlue(upright, 0.5, 0.7)).toBe(false);
    const turned = renderScene(sceneOf({ ...star, rotation: 90 }));
    expect(isBlue(turned, 0.5 + 0.14, 0.3)).toBe(true);
    expect(isBlue(turned, 0.5, 0.3 - 0.14)).toBe(false);
  });

  it('draws large objects larger', () => {
    for (const shape of shapes) {
      const [small, large] = sizes.map((size) => paintedPixels({ ...object, shape, size }).length) as [number, number];
      expect(large / small).toBeGreaterThan(2);
    }
  });

  it.each(sizes)('makes the materials of %s objects distinguishable at 64×64', (size) => {
    for (const shape of shapes) {
      const [matte, shiny, striped] = materials.map((material) => {
        const pixels = paintedPixels({ ...object, shape, size, material });
        return pixels.filter(([red]) => red > 110).length / pixels.length;
      }) as [number, number, number];
      expect(shiny).toBeGreaterThan(matte + 0.04);
      expect(striped).toBeGreaterThan(shiny + 0.1);
    }
  });

  it('keeps every colour apart from every background', () => {
    for (const background of backgrounds) {
      for (const colour of colours) {
        const picture = renderScene({ ...sceneOf({ ...object, colour }), background });
        expect(meanDifference(pixelAt(picture, 0.5, 0.5), pixelAt(picture, 0.5, 0.1))).toBeGreaterThan(30);
      }
    }
  });

  it('draws what lies partly outside', () => {
    expect(() => renderScene(sceneOf({ ...object, x: 0, y: 1 }, { ...object, x: -3 }))).not.toThrow();
  });

  it.each([
    ['a size of 0', () => renderScene(sceneOf(), { size: 0 })],
    ['a broken size', () => renderScene(sceneOf(), { size: 64.5 })],
    ['an unknown colour', () => renderScene(sceneOf({ ...object, colour: 'mauve' as ColourName }))],
    ['a position that is no number', () => renderScene(sceneOf({ ...object, x: Number.NaN }))],
  ])('rejects %s', (_, render) => {
    expect(render).toThrowError(expect.objectContaining({ code: 'SENSORIUM_PLUGIN_SCENES_INVALID' }));
  });
});

/** The pixels of a 64×64 picture in which an object, not only its shadow, shows. */
function paintedPixels(shown: SceneObject): Pixel[] {
  const picture = renderScene(sceneOf(shown));
  const pixels = Array.from({ length: 64 * 64 }, (_, index) =>
    pixelAt(picture, (index % 64) / 64, Math.floor(index / 64) / 64),
  );
  return pixels.filter(([red, , blue]) => blue > red + 12);
}
