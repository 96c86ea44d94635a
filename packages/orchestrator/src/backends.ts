import { SensoriumError, type Availability, type Backend } from '@sensorium/contracts';
import { nearest } from '@sensorium/data';
import type { Platform } from './platform.js';

/** What runs, and why not those that were preferred. */
export interface BackendReport {
  readonly backend: string;
  readonly passedOver: readonly { readonly backend: string; readonly reason: string }[];
}

/** So that one list of preferences serves Node and the browser. */
const everywhere = ['cpu', 'webgpu', 'cuda', 'wasm'];

/** What people write who mean one of these. */
const alsoCalled: Readonly<Record<string, readonly string[]>> = {
  gpu: ['webgpu', 'cuda'],
  nvidia: ['cuda'],
  processor: ['cpu'],
};

const notHere: Availability = { available: false, reason: 'it does not exist on this platform' };

/**
 * The first of `preference` that can run here. Throws SENSORIUM_BACKEND_UNAVAILABLE if none can, because one that was
 * asked for is never replaced by another, and for a name that is no backend's.
 */
export async function chooseBackend(
  platform: Platform,
  preference: readonly string[],
): Promise<BackendReport & { readonly use: Backend }> {
  const known = Object.keys(platform.backends);
  const unknown = preference.find((name) => ![...known, ...everywhere].includes(name));
  if (unknown !== undefined) throw unavailable(noSuch(unknown, known), known);
  const passedOver: { backend: string; reason: string }[] = [];
  for (const name of preference) {
    const use = await platform.backends[name]?.();
    const state = (await use?.available()) ?? notHere;
    if (use && state.available) return { backend: name, passedOver, use };
    if (!state.available) passedOver.push({ backend: name, reason: state.reason });
  }
  const reasons = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`);
  throw unavailable(reasons.join('\n') || 'no backend was named', known);
}

/**
 * What the manifest of a model prefers. One that was trained elsewhere may name only backends of the other platform
 * (`cpu`, on a page); then it is this platform's own preference, behind those names, so that they are reported.
 */
export function preferenceOf(
  { backend }: { readonly backend: readonly string[] },
  platform: Platform,
): readonly string[] {
  const some = backend.some((name) => name in platform.backends);
  return some ? backend : [...backend, ...platform.defaultBackends];
}

function noSuch(name: string, known: readonly string[]): string {
  const meant =
    alsoCalled[name.toLowerCase()]?.filter((one) => known.includes(one)) ?? [nearest(name, known) ?? []].flat();
  const question = meant.map((one) => `"${one}"`).join(' or ');
  return `there is no backend "${name}".${question ? ` Did you mean ${question}?` : ''}`;
}

const unavailable = (message: string, known: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BACKEND_UNAVAILABLE',
    message,
    hint: `Backends of this platform: ${known.join(', ')}. "npx sensorium doctor" shows which can run.`,
  });
