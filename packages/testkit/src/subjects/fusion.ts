import { required, type Fusion, type FusionPlugin } from '@sensorium/contracts';
import { featureInputs, featuresOf, type FeatureSize } from '../feature-samples.js';
import { featureModule, type FeatureModule } from '../graph/feature-module.js';
import { instantiate } from '../graph/module.js';
import { mapRecord } from '../records.js';
import type { PartSubject } from './part.js';

/** A fusion with one choice of options, and the names of its parts. */
export interface FusionSubject extends PartSubject<FusionPlugin> {
  readonly of: readonly string[];
}

/** Parts as they come: pictures with many tokens, texts with padding, a vector with one token. */
const sizes: readonly FeatureSize[] = [
  { tokens: 6, dim: 5 },
  { tokens: 4, dim: 3 },
  { tokens: 1, dim: 8 },
];

export const SAMPLES = 4;

export const defaultParts = ['first', 'second', 'third'];

const fusionOf = ({ plugin, options, files }: FusionSubject): Fusion => plugin.create(options, files);

export function fusionModule(subject: FusionSubject): FeatureModule {
  const fusion = fusionOf(subject);
  const parts = Object.fromEntries(subject.of.map((name, index) => [name, sizeAt(index)]));
  return featureModule(featureInputs(parts, SAMPLES), (scope, x) =>
    fusion.build(
      scope,
      mapRecord(parts, (_, name) => featuresOf(x, name)),
    ),
  );
}

const sizeAt = (index: number): FeatureSize => required(sizes[index % sizes.length], 'a size');

/** Uses everything that a fusion can do. */
export function exerciseFusion(subject: FusionSubject): void {
  const module = fusionModule(subject);
  for (const mode of ['inference', 'training'] as const) instantiate(module, SAMPLES, mode);
}
