import { required, SensoriumError, type Plugin, type PluginKind } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import type { InstalledPackage, Project } from './packages.js';
import { checkGiven, choosePlugin, type PluginOf } from './plugin-exports.js';
import { packageNames, pluginName, shortName } from './plugin-names.js';

export interface ResolvedPlugin<Kind extends PluginKind = PluginKind> {
  readonly plugin: PluginOf<Kind>;
  /** The npm package. */
  readonly package: string;
  /** Its version; undefined for a plugin that was given directly. */
  readonly version: string | undefined;
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
}

/**
 * Finds plugins by the names that manifests give them. Loads nothing but direct dependencies of `from`.
 *
 * @throws SENSORIUM_DUPLICATE_NAME if two of `plugins` have one kind and name; SENSORIUM_BAD_PLUGIN if one of them is none
 */
export function createPluginResolver({ from = [], plugins = [] }: PluginResolverOptions): PluginResolver {
  plugins.forEach(checkGiven);
  assertUnique(plugins);
  const findProjects = once(() => readProjects(from));
  const atHand = <Kind extends PluginKind>(kind: Kind, use: string): PluginOf<Kind> | undefined =>
    plugins.find((plugin): plugin is PluginOf<Kind> => plugin.kind === kind && plugin.name === pluginName(kind, use));
  return {
    given: atHand,
    async resolve<Kind extends PluginKind>(kind: Kind, use: string): Promise<ResolvedPlugin<Kind>> {
      const names = packageNames(kind, use);
      const given = atHand(kind, use);
      if (given) return { plugin: given, package: required(names[0], 'the name of a package'), version: undefined };
      const projects = await findProjects();
      const installed = await findInstalled(projects, names);
      if (!installed) throw unknownPlugin(kind, use, names, projects, plugins);
      const { importPackage } = await import('./packages.js');
      const loaded = { name: installed.name, exports: await importPackage(installed) };
      return { plugin: choosePlugin(loaded, kind, use), package: installed.name, version: installed.version };
    },
  };
}

/** Remembers the first call's answer. */
function once<Value>(compute: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | undefined;
  return () => (answer ??= compute());
}

export async function readProjects(from: readonly (string | URL)[]): Promise<Project[]> {
  if (from.length === 0) return [];
  const { findProject } = await import('./packages.js');
  const projects = await Promise.all(from.map(findProject));
  return projects.filter((project) => project !== undefined);
}

/** A name means the same package everywhere; the first project that has it says which version. */
async function findInstalled(
  projects: readonly Project[],
  names: readonly string[],
): Promise<InstalledPackage | undefined> {
  for (const name of names) {
    for (const project of projects) {
      const { findPackage } = await import('./packages.js');
      const found = await findPackage(project, name);
      if (found) return found;
    }
  }
  return undefined;
}

function assertUnique(plugins: readonly Plugin[]): void {
  const seen = new Set<string>();
  for (const { kind, name } of plugins) {
    const id = `${kind} "${name}"`;
    if (seen.has(id))
      throw new SensoriumError({ code: 'SENSORIUM_DUPLICATE_NAME', message: `The ${id} is given twice.` });
    seen.add(id);
  }
}

function unknownPlugin(
  kind: PluginKind,
  use: string,
  names: readonly string[],
  projects: readonly Project[],
  plugins: readonly Plugin[],
): SensoriumError {
  const declared = projects.flatMap(({ dependencies }) => dependencies);
  const missing = names.find((name) => declared.includes(name));
  if (missing !== undefined) {
    const message = `The ${kind} "${use}" is not installed: package.json names ${missing}, but it is in no node_modules.`;
    return new SensoriumError({ code: 'SENSORIUM_UNKNOWN_PLUGIN', message, hint: 'npm install' });
  }
  const installed = declared.flatMap((name) => shortName(kind, name) ?? []);
  const given = plugins.filter((plugin) => plugin.kind === kind).map(({ name }) => name);
  const known = [...new Set([...given, ...installed])].sort();
  const place = projects.length > 0 ? 'among the dependencies of the project' : 'among the plugins at hand';
  const choices = known.length > 0 ? `There are: ${known.join(', ')}.` : `There are no ${kind}s.`;
  const meant = didYouMean(use, known);
  const elsewhere = `\n"${use}" is looked for as ${names.join(' or ')}. To add a package: npm install PACKAGE`;
  return new SensoriumError({
    code: 'SENSORIUM_UNKNOWN_PLUGIN',
    message: `There is no ${kind} "${use}" ${place}.${meant}`,
    // A package of a mistyped name may not exist, or be somebody else's.
    hint: choices + (meant ? '' : elsewhere),
  });
}
