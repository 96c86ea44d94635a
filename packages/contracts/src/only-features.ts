import { SensoriumError } from './error.js';
import type { Features, Model } from './model.js';

/** The features of a head that reads one input or fusion. Throws SENSORIUM_MANIFEST_INVALID where `of` names several. */
export function onlyFeatures({ features }: Model): Features {
  const [only, ...others] = Object.values(features);
  if (only && others.length === 0) return only;
  const names = Object.keys(features).join(', ');
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `this head reads one input or fusion, and "of" names ${names || 'none'}`,
    hint: 'Let a fusion make one of them, and name that.',
  });
}
