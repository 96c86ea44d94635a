import { describe, expect, it } from 'vitest';
import {
  movementOf,
  movements,
  renderDepth,
  renderFilm,
  renderScene,
  renderSensor,
  renderSketch,
  renderSound,
  renderThermal,
  sceneAt,
  sceneFacts,
  sceneSample,
  type MaterialName,
  type MovementName,
  type Scene,
  type SceneObject,
} from '../index.js';

const large: SceneObject = {
  shape: 'circle',
  colour: 'red',
  size: 'large',
  material: 'matte',
  x: 0.5,
  y: 0.5,
  rotation: 0,
};
const sceneOf = (object: Partial<SceneObject>, seed = 1): Scene => ({
  background: 'paper',
  seed,
  objects: [{ ...large, ...object }],
});
/** A scene whose only object moves so. */
function moving(kind: MovementName, object: Partial<SceneObject> = {}): Scene {
  const seed = Array.from({ length: 1000 }, (_, index) => index).find(
    (index) => movementOf(sceneOf(object, index), 0).kind === kind,
  );
  return sceneOf(object, seed);
}
const column = ({ values, channels }: { values: Float32Array; channels: readonly string[] }, name: string): number[] =>
  [...values].filter((_, index) => index % channels.length === channels.indexOf(name));
const most = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('movement', () => {
  it('is of every kind equally often, and told by nothing that a still picture shows', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) {
      const { kind } = movementOf(sceneOf({}, seed), 0);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    for (const kind of movements) expect(Math.abs(counts.get(kind)! - 400)).toBeLessThan(80);
  });

  it('comes again after two seconds', () => {
    for (const kind of movements) {
      const scene = moving(kind);
      for (const seconds of [0, 0.3, 1.7]) {
        const [one, again] = [sceneAt(scene, seconds), sceneAt(scene, seconds + 2)].map(({ objects }) => objects[0]!);
        for (const key of ['x', 'y', 'rotation'] as const) expect(again![key]).toBeCloseTo(one![key], 9);
      }
    }
  });

  it('leaves still what is still, and shows what moves', () => {
    const [still, hopping] = [moving('still'), moving('hopping')].map((scene) => renderFilm(scene, { frames: 4 }));
    expect(still!.frames[3]).toEqual(still!.frames[0]);
    expect(hopping!.frames[2]).not.toEqual(hopping!.frames[0]);
    expect([...hopping!.times]).toEqual([0, 0.5, 1, 1.5]);
    expect(hopping!.frames[1]).toEqual(renderScene(sceneAt(moving('hopping'), 0.5)));
  });
});

describe('a sensor on an object measures', () => {
  it('gravity and nothing else where it is still, in its own frame', () => {
    const upright = renderSensor(moving('still'));
    expect(upright.time).toBe(50);
    expect(upright.values).toHaveLength(100 * 6);
    expect(mean(column(upright, 'accY'))).toBeCloseTo(9.81, 1);
    expect(mean(column(upright, 'accX'))).toBeCloseTo(0, 1);
    const tilted = renderSensor(moving('still', { rotation: 20 }));
    expect(mean(column(tilted, 'accX'))).toBeCloseTo(-9.81 * Math.sin((20 * Math.PI) / 180), 1);
    expect(mean(column(tilted, 'accY'))).toBeCloseTo(9.81 * Math.cos((20 * Math.PI) / 180), 1);
  });

  it('the acceleration of what slides to and fro: amplitude times the square of the angular frequency', () => {
    const scene = moving('sliding');
    const { direction } = movementOf(scene, 0);
    const amplitude = 0.08 * 2 * Math.PI ** 2;
    const measured = renderSensor(scene, { rate: 400 });
    expect(most(column(measured, 'accX')) / amplitude).toBeCloseTo(Math.abs(Math.cos(direction)), 0);
    const up = column(measured, 'accY').map((value) => value - 9.81);
    expect(most(up) / amplitude).toBeCloseTo(Math.abs(Math.sin(direction)), 0);
    expect(most(column(measured, 'gyroZ'))).toBeLessThan(0.06);
  });

  it('the same landings of a hop, however often it is read', () => {
    for (const rate of [50, 400, 1000]) {
      const peak = most(column(renderSensor(moving('hopping'), { rate }), 'accY'));
      // The speed of a landing, downwards and up again, within the 20 ms in which a sensor responds.
      const blow = (2 * 2 * 0.09 * 3 * (Math.PI / 2)) / 0.02;
      expect(peak).toBeGreaterThan(blow / 2);
      expect(peak).toBeLessThan(blow + 9.81 + 1);
    }
  });

  it('how fast it turns: once in two seconds clockwise, or 30° to and fro twice', () => {
    for (const value of column(renderSensor(moving('spinning')), 'gyroZ')) expect(value).toBeCloseTo(-Math.PI, 0);
    const swing = (30 * Math.PI * 2 * Math.PI) / 180;
    expect(most(column(renderSensor(moving('swinging')), 'gyroZ'))).toBeCloseTo(swing, 1);
  });
});

describe('what a sense does not perceive does not change it', () => {
  const other = { colour: 'blue' } as const;
  it.each([
    ['a sketch', renderSketch, { ...other, material: 'striped' }],
    ['depth', renderDepth, other],
    ['heat', renderThermal, other],
    ['sound', renderSound, other],
    ['a sensor', renderSensor, { ...other, shape: 'star' }],
  ] as const)('%s', (_, render, change) => {
    expect(render(sceneOf(change))).toEqual(render(sceneOf({})));
  });
});

it('a sketch is black lines on white, along the outline', () => {
  const { data, channels } = renderSketch(sceneOf({}), { size: 128 });
  expect(channels).toBe(1);
  const at = (x: number, y: number): number => data[y * 128 + x]!;
  expect([at(0, 0), at(64, 64)]).toEqual([255, 255]);
  // 0.92 radii of 0.165 sides of 128 pixels.
  expect(at(64 + Math.floor(0.92 * 0.165 * 128), 64)).toBe(0);
});

describe('depth', () => {
  const middle = (scene: Scene): number => renderDepth(scene, { size: 65 }).data[32 * 65 + 32]!;
  it('is millimetres from 2 m above the ground', () => {
    expect(middle(sceneOf({}))).toBe(2000 - 420);
    expect(middle(sceneOf({ size: 'small' }))).toBe(2000 - 220);
    const ground = middle(sceneOf({ x: 0.2, y: 0.2 }));
    expect(ground).toBe(2000);
    const { data } = renderDepth(sceneOf({}), { size: 64 });
    for (const value of data) expect(value).toBeLessThanOrEqual(2000 + 80 * Math.SQRT2);
  });

  it('has holes where something shiny mirrors, and nowhere else', () => {
    const holes = (material: MaterialName): number =>
      [...renderDepth(sceneOf({ material })).data].filter((value) => value === 0).length;
    expect([holes('matte'), holes('striped')]).toEqual([0, 0]);
    expect(holes('shiny')).toBeGreaterThan(3);
  });
});

it('heat is hundredths of a kelvin, by material and size', () => {
  const celsius = (scene: Scene, index: number): number => renderThermal(scene).data[index]! / 100 - 273.15;
  const centre = 32 * 64 + 32;
  for (const [material, degrees] of [
    ['matte', 26],
    ['striped', 31],
    ['shiny', 36],
  ] as const) {
    expect(Math.abs(celsius(sceneOf({ material }), centre) - degrees)).toBeLessThan(0.31);
    expect(Math.abs(celsius(sceneOf({ material, size: 'small' }), centre) - degrees - 2)).toBeLessThan(0.31);
  }
  expect(Math.abs(celsius(sceneOf({}), 0) - 18)).toBeLessThan(0.31);
});

describe('sound', () => {
  /** Energy at a frequency (Goertzel), of the left channel. */
  function energyAt(scene: Scene, hertz: number): number {
    const { rate, channels } = renderSound(scene);
    let [real, imaginary] = [0, 0];
    channels[0]!.forEach((value, sample) => {
      const angle = (2 * Math.PI * hertz * sample) / rate;
      real += value * Math.cos(angle);
      imaginary += value * Math.sin(angle);
    });
    return real ** 2 + imaginary ** 2;
  }
  const loudness = (samples: Float32Array): number => samples.reduce((sum, value) => sum + value ** 2, 0);

  it('has the pitch of the size and the overtones of the shape', () => {
    const ring = moving('still', { shape: 'ring', material: 'shiny' });
    for (const ratio of [1, 2.83]) {
      expect(energyAt(ring, 310 * ratio)).toBeGreaterThan(100 * energyAt(ring, 310 * ratio * 1.2));
    }
    const small = moving('still', { size: 'small', material: 'shiny' });
    expect(energyAt(small, 620)).toBeGreaterThan(100 * energyAt(small, 310));
  });

  it('comes from where the object is', () => {
    const [left, right] = renderSound(sceneOf({ x: 0.2 })).channels.map(loudness);
    expect(left!).toBeGreaterThan(3 * right!);
    const [west, east] = renderSound(sceneOf({ x: 0.5 })).channels.map(loudness);
    expect(west! / east!).toBeCloseTo(1, 1);
  });

  it('is struck as often as the movement turns or lands', () => {
    for (const [kind, strikes] of [
      ['still', 1],
      ['sliding', 2],
      ['hopping', 3],
      ['swinging', 4],
      ['spinning', 8],
    ] as const) {
      const samples = renderSound(moving(kind)).channels[0]!;
      const windows = Array.from({ length: 80 }, (_, index) =>
        loudness(samples.subarray(index * 400, (index + 1) * 400)),
      );
      const rises = windows.filter((value, index) => value > 0.5 && windows.at(index - 1)! < value / 2);
      expect(rises).toHaveLength(strikes);
    }
  });

  it('lasts two seconds at any rate, within −1 and 1', () => {
    const { scene } = sceneSample(4);
    for (const rate of [8_000, 44_100]) {
      const { channels, rate: own } = renderSound(scene, { rate });
      expect([own, channels[0]!.length, channels[1]!.length]).toEqual([rate, 2 * rate, 2 * rate]);
      expect(most([...channels[0]!])).toBeLessThanOrEqual(1);
    }
  });
});

it('facts are those of the scene', () => {
  const scene = sceneOf({ material: 'shiny' });
  expect(sceneFacts(scene)).toMatchObject({ background: 'paper', objects: 1, weight: 13.61, widest: 0.33 });
  expect(sceneFacts(moving('still')).moves).toBe(false);
  expect(sceneFacts(moving('hopping')).moves).toBe(true);
});

it('every sense is the same every time, and refuses an impossible scene', () => {
  const { scene } = sceneSample(9);
  const broken = { ...scene, background: 'snow' } as unknown as Scene;
  for (const render of [renderSketch, renderDepth, renderThermal, renderSound, renderSensor, renderFilm]) {
    expect(render(scene)).toEqual(render(structuredClone(scene)));
    expect(() => render(broken)).toThrow(expect.objectContaining({ code: 'SENSORIUM_PLUGIN_SCENES_INVALID' }));
  }
  expect(() => renderSensor(scene, { object: 9 })).toThrow(/"object" is 9/);
});
