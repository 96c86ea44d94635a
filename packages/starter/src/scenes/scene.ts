import { SensoriumError } from '@sensorium/contracts';

export const shapes = ['circle', 'square', 'triangle', 'star', 'ring', 'cross'] as const;
export const colours = ['red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'purple', 'pink'] as const;
export const sizes = ['small', 'large'] as const;
export const materials = ['matte', 'shiny', 'striped'] as const;
export const backgrounds = ['paper', 'sand', 'mist', 'slate', 'night'] as const;

export type ShapeName = (typeof shapes)[number];
export type ColourName = (typeof colours)[number];
export type SizeName = (typeof sizes)[number];
export type MaterialName = (typeof materials)[number];
export type BackgroundName = (typeof backgrounds)[number];

/** What can be said of an object by itself, with all its values, in the order in which English names them. */
export const attributes = { size: sizes, material: materials, colour: colours, shape: shapes } as const;
export type Attribute = keyof typeof attributes;
export const attributeNames = Object.keys(attributes) as readonly Attribute[];

/** The most objects that a scene holds. The fewest is 1. */
export const maximumObjects = 5;

/** Radius of an object as a share of the picture's side. */
export const radii: Readonly<Record<SizeName, number>> = { small: 0.1, large: 0.165 };

export interface SceneObject {
  readonly shape: ShapeName;
  readonly colour: ColourName;
  readonly size: SizeName;
  readonly material: MaterialName;
  /** Centre as a share of the picture's side: 0 is the left edge, 1 the right. */
  readonly x: number;
  /** Centre as a share of the picture's side: 0 is the top edge, 1 the bottom. */
  readonly y: number;
  /** Degrees, clockwise. */
  readonly rotation: number;
}

/** A square picture in words: plain JSON, independent of the resolution at which it is drawn. */
export interface Scene {
  readonly background: BackgroundName;
  /** Fixes the direction of the background's gradient and its grain. */
  readonly seed: number;
  /** In drawing order: a later one covers an earlier one. */
  readonly objects: readonly SceneObject[];
}

/** Some attributes of an object, such as `{ colour: 'red', shape: 'star' }`. An empty one describes every object. */
export type Description = Partial<Pick<SceneObject, Attribute>>;

export const describes = (description: Description, object: SceneObject): boolean =>
  attributeNames.every((name) => description[name] === undefined || description[name] === object[name]);

export const countOf = (scene: Scene, description: Description): number =>
  scene.objects.filter((object) => describes(description, object)).length;

/** Throws `SENSORIUM_PLUGIN_SCENES_INVALID` for the first value of a scene that cannot be drawn. */
export function checkScene(scene: Scene): void {
  requireOneOf('background', scene.background, backgrounds);
  requireFinite('seed', scene.seed);
  scene.objects.forEach((object, index) => {
    const place = `objects[${index}]`;
    for (const name of attributeNames) requireOneOf(`${place}.${name}`, object[name], attributes[name]);
    for (const name of ['x', 'y', 'rotation'] as const) requireFinite(`${place}.${name}`, object[name]);
  });
}

function requireOneOf(key: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) throw invalid(key, value, `one of ${allowed.join(', ')}`);
}

function requireFinite(key: string, value: number): void {
  if (!Number.isFinite(value)) throw invalid(key, value, 'a finite number');
}

/** Throws `SENSORIUM_PLUGIN_SCENES_INVALID` unless `value` is an integer in [minimum, maximum]. */
export function requireInteger(key: string, value: number, minimum: number, maximum: number): void {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw invalid(key, value, `an integer from ${minimum} to ${maximum}`);
  }
}

const invalid = (key: string, value: unknown, expected: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_PLUGIN_SCENES_INVALID',
    message: `"${key}" is ${JSON.stringify(value) ?? String(value)}; expected ${expected}.`,
    hint: `Give "${key}" ${expected}.`,
    location: { key },
  });
