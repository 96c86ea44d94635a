import { SensoriumError } from '@sensorium/contracts';
import { exports as resolveExports } from 'resolve.exports';

// Not imported, so that bundlers for browsers, where this file is never loaded, do not stumble over them.
const { readFile, realpath } = process.getBuiltinModule('node:fs/promises');
const { createRequire } = process.getBuiltinModule('node:module');
const nodePath = process.getBuiltinModule('node:path');
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly keywords?: unknown;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package that may load others: those that its package.json names. */
export interface Project {
  readonly folder: string;
  /** False for a folder that belongs to no package, and may load nothing. */
  readonly isProject: boolean;
  readonly dependencies: readonly string[];
}

export interface InstalledPackage {
  /** The name by which the project depends on it. */
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly folder: string;
}

async function readPackageJson(folder: string): Promise<PackageJson | undefined> {
  const file = nodePath.join(folder, 'package.json');
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new SensoriumError({ code: 'SENSORIUM_IO', message: `Reading failed: ${file}`, location: { file }, cause });
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as PackageJson;
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_IO',
      message: `The file is not JSON: ${file}`,
      location: { file },
      cause,
    });
  }
}

/** The folder and all those around it, innermost first. */
function* upwards(folder: string): Generator<string> {
  for (let current = folder, last = ''; current !== last; last = current, current = nodePath.dirname(current))
    yield current;
}

/**
 * The project that a folder belongs to: that of the nearest package.json.
 *
 * @param from a folder, a file in it, or a package.json
 */
export async function findProject(from: string | URL): Promise<Project> {
  const path = nodePath.resolve(from instanceof URL || from.startsWith('file:') ? fileURLToPath(from) : from);
  for (const folder of upwards(path.endsWith('package.json') ? nodePath.dirname(path) : path)) {
    const json = await readPackageJson(folder);
    if (!json) continue;
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = json;
    const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
    return { folder, isProject: true, dependencies: Object.keys(all) };
  }
  return { folder: path, isProject: false, dependencies: [] };
}

/** A dependency of a project, found as Node finds it. Undefined if it is not a dependency, or not installed. */
export async function findPackage(project: Project, name: string): Promise<InstalledPackage | undefined> {
  if (!project.dependencies.includes(name)) return undefined;
  for (const parent of upwards(project.folder)) {
    const folder = nodePath.join(parent, 'node_modules', name);
    const json = await readPackageJson(folder);
    if (!json) continue;
    const { version = '0.0.0', description = '', keywords } = json;
    const words = Array.isArray(keywords) ? keywords.map(String) : [];
    return { name, version, description, keywords: words, folder: await realpath(folder) };
  }
  return undefined;
}

/** The conditions of this process's imports beyond Node's own: those of `--conditions`. */
function activeConditions(): string[] {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  return flags.flatMap((flag, index) => {
    const [, inline] = /^--conditions=(.+)$/.exec(flag) ?? [];
    return inline ?? (flag === '-C' || flag === '--conditions' ? (flags[index + 1] ?? []) : []);
  });
}

/** The file that `import` of the package would load. Neither `require` nor `import.meta` can say it for another's folder. */
async function entryOf(folder: string): Promise<string> {
  const json = await readPackageJson(folder);
  if (json?.exports === undefined) return createRequire(nodePath.join(folder, 'package.json')).resolve(folder);
  const [target] = resolveExports(json, '.', { conditions: activeConditions() }) ?? [];
  if (target === undefined) throw new Error('its package.json exports nothing');
  return nodePath.join(folder, target);
}

/**
 * Imports a package.
 *
 * @throws SENSORIUM_BAD_PLUGIN if that fails
 */
export async function importPackage({ name, folder }: InstalledPackage): Promise<Readonly<Record<string, unknown>>> {
  try {
    const entry = pathToFileURL(await entryOf(folder)).href;
    return (await import(/* @vite-ignore */ entry)) as Record<string, unknown>;
  } catch (cause) {
    if (SensoriumError.is(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${name} is installed in ${folder}, but cannot be loaded: ${reason}`;
    throw new SensoriumError({ code: 'SENSORIUM_BAD_PLUGIN', message, cause });
  }
}
