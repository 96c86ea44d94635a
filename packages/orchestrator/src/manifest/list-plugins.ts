import { SensoriumError, type Plugin, type PluginKind } from '@sensorium/contracts';
import type { InstalledPackage } from './packages.js';
import { pluginsOf } from './plugin-exports.js';
import { shortName } from './plugin-names.js';
import { readProjects } from './resolver.js';

export interface InstalledPlugin {
  readonly package: string;
  readonly version: string;
  readonly kind: PluginKind;
  readonly name: string;
  /** The package's. */
  readonly description: string;
  readonly plugin: Plugin;
}

export interface PluginList {
  /** In the order of their packages' names. */
  readonly plugins: readonly InstalledPlugin[];
  /** What is wrong with packages that should hold plugins. */
  readonly problems: readonly SensoriumError[];
}

const kinds: readonly PluginKind[] = ['encoder', 'fusion', 'head', 'backend'];

/** Packages that say so of themselves; no other dependency of a project is loaded to find out. */
const saysPlugin = ({ name, keywords }: InstalledPackage): boolean =>
  keywords.includes('sensorium-plugin') || kinds.some((kind) => shortName(kind, name) !== undefined);

/**
 * All plugins among the dependencies of `from`: of packages that follow the naming rule, such as
 * `sensorium-encoder-lidar`, or have the keyword `sensorium-plugin`. Of a package found twice, the first.
 *
 * @param from folders or package.json files. Node only.
 */
export async function listPlugins(from: readonly (string | URL)[]): Promise<PluginList> {
  const plugins: InstalledPlugin[] = [];
  const problems: SensoriumError[] = [];
  for (const installed of await findPluginPackages(from)) {
    try {
      plugins.push(...(await pluginsIn(installed)));
    } catch (error) {
      if (!SensoriumError.is(error)) throw error;
      problems.push(error);
    }
  }
  return { plugins, problems };
}

async function findPluginPackages(from: readonly (string | URL)[]): Promise<InstalledPackage[]> {
  const { findPackage } = await import('./packages.js');
  const found = new Map<string, InstalledPackage>();
  for (const project of await readProjects(from)) {
    for (const name of project.dependencies) {
      const installed = found.has(name) ? undefined : await findPackage(project, name);
      if (installed && saysPlugin(installed)) found.set(name, installed);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function pluginsIn(installed: InstalledPackage): Promise<InstalledPlugin[]> {
  const { importPackage } = await import('./packages.js');
  const { name: packageName, version, description } = installed;
  const plugins = pluginsOf({ name: packageName, exports: await importPackage(installed) });
  return plugins.map((plugin) => ({
    package: packageName,
    version,
    kind: plugin.kind,
    name: plugin.name,
    description,
    plugin,
  }));
}
