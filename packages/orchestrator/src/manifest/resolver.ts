import { required, SensoriumError, type Plugin, type PluginKind } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import type { Project } from './packages.js';
import { checkGiven, choosePlugin, type PluginOf } from './plugin-exports.js';
import { packageNames, pluginName, shortName } from './plugin-names.js';

export interface ResolvedPlugin<Kind extends PluginKind = PluginKind> {
  readonly plugin: PluginOf<Kind>;
  /** The npm package. */
  readonly package: string;
  /** Its version; undefined for a plugin that was given directly. */
  readonly version: string | undefined;
}

/**
 * Packages that are loaded where a manifest names one of their plugins, by their names:
 * `{ '@sensorium/encoder-image': { version: '0.1.0', load: () => import('@sensorium/encoder-image') } }`. So bundlers see
 * them, and make a file of each that a page loads when it needs it.
 */
export type PackagesAtHand = Readonly<Record<string, PackageAtHand>>;

interface PackageAtHand {
  readonly version: string;
  /** Gives the package's exports. */
  readonly load: () => Promise<Readonly<Record<string, unknown>>>;
}

export interface PluginResolver {
  /**
   * @param use a name as a manifest has it: `image`, `@acme/lidar`, `sensorium-encoder-lidar`
   * @throws SENSORIUM_UNKNOWN_PLUGIN, SENSORIUM_BAD_PLUGIN
   */
  resolve<Kind extends PluginKind>(kind: Kind, use: string): Promise<ResolvedPlugin<Kind>>;
  /** A plugin at hand; undefined where none of the kind has the name. */
  given<Kind extends PluginKind>(kind: Kind, use: string): PluginOf<Kind> | undefined;
}

export interface PluginResolverOptions {
  /**
   * Folders or package.json files whose own dependencies may be loaded: first the user's project, then its host, such as
   * the command line. Node only. Default: none.
   */
  readonly from?: readonly (string | URL)[];
  /** Plugins at hand. They come before all installed ones, by their own name, whatever the package. */
  readonly plugins?: readonly Plugin[];
  /** Packages at hand. They come after all installed ones. */
  readonly packages?: PackagesAtHand;
}

/**
 * Finds plugins by the names that manifests give them. Loads nothing but direct dependencies of `from` and packages at hand.
 *
 * @throws SENSORIUM_DUPLICATE_NAME if two of `plugins` have one kind and name; SENSORIUM_BAD_PLUGIN if one of them is none
 */
export function createPluginResolver({
  from = [],
  plugins = [],
  packages = {},
}: PluginResolverOptions): PluginResolver {
  plugins.forEach(checkGiven);
  assertUnique(plugins);
  const search = once(() => readProjects(from));
  const given = <Kind extends PluginKind>(kind: Kind, use: string): PluginOf<Kind> | undefined =>
    plugins.find((plugin): plugin is PluginOf<Kind> => plugin.kind === kind && plugin.name === pluginName(kind, use));
  return {
    given,
    async resolve<Kind extends PluginKind>(kind: Kind, use: string): Promise<ResolvedPlugin<Kind>> {
      const names = packageNames(kind, use);
      const plugin = given(kind, use);
      if (plugin) return { plugin, package: required(names[0], 'the name of a package'), version: undefined };
      const projects = await search();
      const found = (await findInstalled(projects, names)) ?? findAtHand(packages, names);
      if (!found) throw unknownPlugin({ kind, use, names, projects, plugins, packages });
      const { name, version, load } = found;
      return { plugin: choosePlugin({ name, exports: await load() }, kind, use), package: name, version };
    },
  };
}

/** Remembers the first call's answer. */
function once<Value>(compute: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | undefined;
  return () => (answer ??= compute());
}

/** In the order of `from`, each once. */
export async function readProjects(from: readonly (string | URL)[]): Promise<Project[]> {
  if (from.length === 0) return [];
  const { findProject } = await import('./packages.js');
  const projects = await Promise.all(from.map(findProject));
  return [...new Map(projects.map((project) => [project.folder, project])).values()];
}

interface FoundPackage extends PackageAtHand {
  readonly name: string;
}

/** A name means the same package everywhere; the first project that has it says which version. */
async function findInstalled(
  projects: readonly Project[],
  names: readonly string[],
): Promise<FoundPackage | undefined> {
  for (const name of names) {
    for (const project of projects) {
      const { findPackage, importPackage } = await import('./packages.js');
      const found = await findPackage(project, name);
      if (found) return { name, version: found.version, load: () => importPackage(found) };
    }
  }
  return undefined;
}

function findAtHand(packages: PackagesAtHand, names: readonly string[]): FoundPackage | undefined {
  const name = names.find((name) => Object.hasOwn(packages, name));
  if (name === undefined) return undefined;
  const { version, load } = required(packages[name], `the package ${name}`);
  return { name, version, load: () => load().catch(rejectAs(name)) };
}

/** A page may have lost its server meanwhile. */
const rejectAs = (name: string) => (cause: unknown) => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new SensoriumError({ code: 'SENSORIUM_BAD_PLUGIN', message: `${name} cannot be loaded: ${reason}`, cause });
};

function assertUnique(plugins: readonly Plugin[]): void {
  const seen = new Set<string>();
  for (const { kind, name } of plugins) {
    const id = `${kind} "${name}"`;
    if (seen.has(id))
      throw new SensoriumError({ code: 'SENSORIUM_DUPLICATE_NAME', message: `The ${id} is given twice.` });
    seen.add(id);
  }
}

interface Search extends Required<Pick<PluginResolverOptions, 'plugins' | 'packages'>> {
  readonly kind: PluginKind;
  readonly use: string;
  readonly names: readonly string[];
  readonly projects: readonly Project[];
}

function unknownPlugin({ kind, use, names, projects, plugins, packages }: Search): SensoriumError {
  const unknown = (message: string, hint: string): SensoriumError =>
    new SensoriumError({ code: 'SENSORIUM_UNKNOWN_PLUGIN', message, hint });
  const missing = names.find((name) => projects.some(({ dependencies }) => dependencies.includes(name)));
  if (missing !== undefined) {
    const message = `The ${kind} "${use}" is not installed: package.json names ${missing}, but it is in no node_modules.`;
    return unknown(message, 'npm install');
  }
  const atHand = [...projects.flatMap(({ dependencies }) => dependencies), ...Object.keys(packages)];
  const given = plugins.filter((plugin) => plugin.kind === kind).map(({ name }) => name);
  const known = [...new Set([...given, ...atHand.flatMap((name) => shortName(kind, name) ?? [])])].sort();
  const place = projects.length > 0 ? 'among the dependencies of the project' : 'among the plugins at hand';
  const meant = didYouMean(use, known);
  const hint = [
    known.length > 0 ? `Known ${kind}s: ${known.join(', ')}.` : `There are no ${kind}s.`,
    // A package of a mistyped name may not exist, or be somebody else's.
    meant ? '' : `"${use}" is looked for as ${names.join(' or ')}. To add a package: npm install PACKAGE`,
    searched(projects),
  ];
  return unknown(`There is no ${kind} "${use}" ${place}.${meant}`, hint.filter(Boolean).join('\n'));
}

function searched(projects: readonly Project[]): string {
  if (projects.length === 0) return '';
  const places = projects.map(({ folder, isProject }) => (isProject ? folder : `${folder} (it has no package.json)`));
  return `Searched: the dependencies of ${places.join(', ')}. The option "from" of a program names other folders.`;
}
