import { radii, type MaterialName, type Scene } from '../scene.js';
import { movementOf } from './movement.js';

/** Kilograms for a disc of the picture's side. */
const weights: Readonly<Record<MaterialName, number>> = { matte: 60, striped: 140, shiny: 500 };

/** What a data sheet would have of a scene: numbers, a category and a yes or no. */
export interface SceneFacts {
  readonly background: string;
  readonly objects: number;
  /** All objects together, in kilograms. */
  readonly weight: number;
  /** Width of the largest object, as a share of the picture's. */
  readonly widest: number;
  readonly moves: boolean;
}

export const sceneFacts = (scene: Scene): SceneFacts => ({
  background: scene.background,
  objects: scene.objects.length,
  weight: rounded(scene.objects.reduce((sum, { material, size }) => sum + weights[material] * radii[size] ** 2, 0)),
  widest: 2 * Math.max(...scene.objects.map(({ size }) => radii[size])),
  moves: scene.objects.some((_, index) => movementOf(scene, index).kind !== 'still'),
});

const rounded = (value: number): number => Math.round(value * 100) / 100;
