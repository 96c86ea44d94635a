import type { Modality } from '@sensorium/contracts';
import type { Sight } from './metrics.js';

/** A decoded value and its modality, or why there is none. */
export type Seen = { readonly modality: Modality; readonly value: unknown } | { readonly problem: string };

/** Makes a value visible; what its modality throws is its problem. */
export async function sightOf(seen: Seen): Promise<Sight> {
  if ('problem' in seen) return seen;
  try {
    return await seen.modality.show(seen.value);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
