import {
  SensoriumError,
  type Availability,
  type Backend,
  type BackendPlugin,
  type ResolvedManifest,
} from '@sensorium/contracts';
import { nearest } from '@sensorium/data';
import type { PluginResolver } from './manifest/index.js';
import { own } from './own.js';
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
 * The first of `preference` that can run here: a plugin at hand, one of the platform's, or one that is installed. Throws
 * SENSORIUM_BACKEND_UNAVAILABLE if none can, because one that was asked for is never replaced by another, and for a name that is no
 * backend's; SENSORIUM_MISSING_PACKAGE if one of them would only have to be installed.
 */
export async function chooseBackend(
  platform: Platform,
  preference: readonly string[],
  resolver?: PluginResolver,
): Promise<BackendReport & { readonly use: Backend }> {
  const passedOver: { backend: string; reason: string }[] = [];
  const notInstalled: SensoriumError[] = [];
  const candidates = await Promise.all(preference.map((name) => findBackend(name, platform, resolver)));
  for (const { name, load } of candidates) {
    try {
      const use = load && make(await load());
      const state = use ? await use.available() : notHere;
      if (use && state.available) return { backend: name, passedOver, use };
      if (!state.available) passedOver.push({ backend: name, reason: state.reason });
    } catch (error) {
      if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_MISSING_PACKAGE') throw error;
      notInstalled.push(error);
      passedOver.push({ backend: name, reason: error.message });
    }
  }
  const reasons = passedOver.map(({ backend, reason }) => `${backend}: ${reason}`);
  const message = reasons.join('\n') || 'no backend was named';
  const [cause] = notInstalled;
  if (cause) throw new SensoriumError({ code: cause.code, message, hint: cause.hint, cause });
  throw unavailable(message, Object.keys(platform.backends));
}

interface Candidate {
  readonly name: string;
  /** Undefined for one that exists elsewhere. */
  readonly load: (() => Promise<BackendPlugin>) | undefined;
}

/** Throws SENSORIUM_BACKEND_UNAVAILABLE for a name that is no backend's. */
async function findBackend(name: string, platform: Platform, resolver?: PluginResolver): Promise<Candidate> {
  const given = resolver?.given('backend', name);
  if (given) return { name, load: async () => given };
  const here = own(platform.backends, name);
  if (here ?? everywhere.includes(name)) return { name, load: here };
  const found = await resolver?.resolve('backend', name).catch((error: unknown) => {
    if (SensoriumError.is(error) && error.code === 'SENSORIUM_UNKNOWN_PLUGIN') return undefined;
    throw error;
  });
  if (found) return { name, load: async () => found.plugin };
  const known = Object.keys(platform.backends);
  throw unavailable(noSuch(name, known), known);
}

/** Manifests name backends only: they have no options there. */
const make = (plugin: BackendPlugin): Backend => plugin.create(plugin.options.parse({}));

/**
 * What a manifest prefers. One that was trained elsewhere may name only backends of the other platform (`cpu`, on a page);
 * then it is this platform's own preference, after those names, so that they are reported. The platform's own preference is
 * nobody's choice, so something else may stand in for it; what a manifest names is chosen.
 */
export function preferenceOf(
  { backend }: Pick<ResolvedManifest, 'backend'>,
  { backends, defaultBackends, standIns }: Platform,
): readonly string[] {
  if (backend?.some((name) => Object.hasOwn(backends, name))) return backend;
  return [...(backend ?? []), ...defaultBackends, ...standIns];
}

function noSuch(name: string, known: readonly string[]): string {
  const meant =
    own(alsoCalled, name.toLowerCase())?.filter((one) => known.includes(one)) ?? [nearest(name, known) ?? []].flat();
  const question = meant.map((one) => `"${one}"`).join(' or ');
  return `there is no backend "${name}".${question ? ` Did you mean ${question}?` : ''}`;
}

const unavailable = (message: string, known: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BACKEND_UNAVAILABLE',
    message,
    hint: `Backends of this platform: ${known.join(', ')}. "npx sensorium doctor" shows which can run.`,
  });
