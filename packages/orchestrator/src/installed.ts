import type { PluginKind } from '@sensorium/contracts';
import { findProject } from './manifest/packages.js';
import { shortName } from './manifest/plugin-names.js';

export { programFolders } from './program-folders.js';

/**
 * The short names of plugins among the dependencies of `from`, as far as their packages follow the naming rule. Loads none of
 * them, so that whoever waits for it, such as a shell that completes words, has them at once.
 *
 * @param from folders or package.json files. Node only.
 */
export async function installedNames(kind: PluginKind, from: readonly (string | URL)[]): Promise<string[]> {
  const projects = await Promise.all(from.map(findProject));
  const names = projects.flatMap(({ dependencies }) => dependencies.flatMap((name) => shortName(kind, name) ?? []));
  return [...new Set(names)].sort();
}

/** The names of the backends that Node may have, without loading one. */
export async function backendNames(): Promise<string[]> {
  const { nodePlatform } = await import('./node-platform.js');
  return Object.keys(nodePlatform.backends);
}
