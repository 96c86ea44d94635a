import { SensoriumError, type Backend } from '@sensorium/contracts';
import { nearest } from './manifest/nearest.js';
import type { Platform } from './platform.js';

/** What was asked for, what runs, and why not the ones before it. */
export interface BackendReport {
  readonly backend: string;
  readonly passedOver: readonly { readonly backend: string; readonly reason: string }[];
}

/**
 * The first of `preference` that can run here. Throws SENSORIUM_BACKEND_UNAVAILABLE if none can: a backend asked for by
 * name is never replaced by another.
 */
export async function chooseBackend(
  platform: Platform,
  preference: readonly string[],
): Promise<BackendReport & { readonly use: Backend }> {
  const passedOver: { backend: string; reason: string }[] = [];
  for (const name of preference) {
    const use = await findBackend(platform, name);
    const state = await use.available();
    if (state.available) return { backend: name, passedOver, use };
    passedOver.push({ backend: name, reason: state.reason });
  }
  throw new SensoriumError({
    code: 'SENSORIUM_BACKEND_UNAVAILABLE',
    message: passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join('\n'),
    hint: `Backends of this platform: ${Object.keys(platform.backends).join(', ')}. "sensorium doctor" shows which can run.`,
  });
}

async function findBackend(platform: Platform, name: string): Promise<Backend> {
  const load = platform.backends[name];
  if (load) return load();
  const names = Object.keys(platform.backends);
  const close = nearest(name, names);
  throw new SensoriumError({
    code: 'SENSORIUM_BACKEND_UNAVAILABLE',
    message: `there is no backend "${name}" on this platform${close ? `. Did you mean "${close}"?` : ''}`,
    hint: `Backends of this platform: ${names.join(', ')}.`,
  });
}

