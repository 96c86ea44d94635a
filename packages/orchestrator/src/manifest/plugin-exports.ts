import { SensoriumError, type Modality, type Plugin, type PluginKind } from '@sensorium/contracts';
import { pluginName } from './plugin-names.js';

export type PluginOf<Kind extends PluginKind> = Extract<Plugin, { readonly kind: Kind }>;

/** The exports of a package that was found. */
export interface LoadedPackage {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const kinds: readonly string[] = ['encoder', 'fusion', 'head', 'backend'] satisfies PluginKind[];

/** An export that means to be a plugin, of whatever version. */
interface PluginLike {
  readonly specVersion: string;
  readonly kind: string;
  readonly name?: unknown;
  readonly modality?: unknown;
  readonly options?: unknown;
  readonly create?: unknown;
}

function isPluginLike(value: unknown): value is PluginLike {
  if (typeof value !== 'object' || value === null) return false;
  const { specVersion, kind } = value as Partial<Record<string, unknown>>;
  return typeof specVersion === 'string' && typeof kind === 'string' && kinds.includes(kind);
}

/** Why a package's plugin cannot be used; undefined if it can. */
function fault({ specVersion, kind, name, modality, options, create }: PluginLike): string | undefined {
  if (specVersion !== 'v1')
    return `is written for version ${specVersion} of the plugin contract; this Sensorium knows v1`;
  if (typeof name !== 'string' || name === '') return 'has no name';
  if (typeof create !== 'function') return 'has no function "create"';
  // The mark by which copies of zod 4 know each other's schemas.
  if (typeof options !== 'object' || options === null || !('_zod' in options))
    return 'has "options" that are no zod 4 object';
  if (kind === 'encoder' || modality !== undefined) return modalityFault(modality);
  return undefined;
}

/** A modality is a value that decodes, or a function of the options that gives one. */
function modalityFault(modality: unknown): string | undefined {
  if (typeof modality === 'function') return undefined;
  const { decode, show } = (typeof modality === 'object' && modality !== null ? modality : {}) as Partial<Modality>;
  if (typeof decode === 'function' && typeof show === 'function') return undefined;
  return typeof modality === 'string'
    ? `names its modality "${modality}"; a modality is a value, such as the one of @sensorium/modality-${modality}`
    : 'has no modality with the functions "decode" and "show"';
}

const badPlugin = (message: string, hint?: string): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_BAD_PLUGIN', message, hint });

const pluginLikes = (loaded: LoadedPackage): PluginLike[] => [
  ...new Set(Object.values(loaded.exports).filter(isPluginLike)),
];

function assertPlugin(candidate: PluginLike, packageName: string): asserts candidate is Plugin {
  const reason = fault(candidate);
  if (reason === undefined) return;
  const message = `The ${candidate.kind} of ${packageName} ${reason}.`;
  throw badPlugin(message, `Install a version of ${packageName} that fits this Sensorium, or tell its authors.`);
}

/** Throws SENSORIUM_BAD_PLUGIN for one of the plugins at hand that cannot be used. */
export function checkGiven(plugin: unknown, index: number): void {
  const reason = isPluginLike(plugin) ? fault(plugin) : 'is none: it has no specVersion, or no kind that there is';
  if (reason === undefined) return;
  const name = isPluginLike(plugin) ? ` (the ${plugin.kind} "${String(plugin.name)}")` : '';
  throw badPlugin(`Number ${index + 1} of the plugins at hand${name} ${reason}.`);
}

/**
 * All plugins that a package exports.
 *
 * @throws SENSORIUM_BAD_PLUGIN if one of them cannot be used
 */
export function pluginsOf(loaded: LoadedPackage): Plugin[] {
  return pluginLikes(loaded).map((candidate) => {
    assertPlugin(candidate, loaded.name);
    return candidate;
  });
}

/**
 * The plugin that `use` means among the exports of its package: the one of the kind, or of several the one of the name.
 *
 * @throws SENSORIUM_BAD_PLUGIN
 */
export function choosePlugin<Kind extends PluginKind>(loaded: LoadedPackage, kind: Kind, use: string): PluginOf<Kind> {
  const candidates = pluginLikes(loaded);
  const ofKind = candidates.filter((candidate) => candidate.kind === kind);
  const name = pluginName(kind, use);
  const chosen = ofKind.length > 1 ? ofKind.find((candidate) => candidate.name === name) : ofKind[0];
  if (!chosen) {
    const wanted = ofKind.length > 1 ? `one called "${name}"` : `a plugin of the kind ${kind}`;
    throw badPlugin(`${loaded.name} does not export ${wanted}; it exports ${list(candidates, loaded)}.`);
  }
  assertPlugin(chosen, loaded.name);
  return chosen as PluginOf<Kind>;
}

function list(candidates: readonly PluginLike[], { exports }: LoadedPackage): string {
  if (candidates.length > 0) return candidates.map(({ kind, name }) => `the ${kind} "${String(name)}"`).join(', ');
  const names = Object.keys(exports);
  return names.length > 0 ? `only ${names.slice(0, 10).join(', ')}, none of them a plugin` : 'nothing';
}
