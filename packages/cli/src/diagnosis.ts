import { existsSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, freemem, platform as system, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '@sensorium/data';
import { platform } from '@sensorium/orchestrator';
import { probe, type BackendState } from './probe.js';
import { firstLine } from './terminal/first-line.js';

interface PackageState {
  readonly name: string;
  /** Null where it is not installed. */
  readonly version: string | null;
}

export interface Diagnosis {
  readonly machine: {
    readonly node: string;
    readonly system: string;
    readonly processor: string;
    readonly cores: number;
    /** Bytes. */
    readonly memory: number;
    readonly freeMemory: number;
  };
  readonly packages: readonly PackageState[];
  readonly backends: readonly BackendState[];
  readonly cache: { readonly folder: string; readonly bytes: number };
  readonly advice: readonly string[];
}

const LARGE_CACHE = 10e9;

/** What decides whether and how well Sensorium runs here. */
export async function examine(): Promise<Diagnosis> {
  const packages = packageStates();
  const backends = await backendStates();
  const folder = cacheDirectory();
  const cache = { folder, bytes: await sizeOf(folder) };
  const machine = {
    node: process.version,
    system: `${system()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    freeMemory: freemem(),
  };
  return { machine, packages, backends, cache, advice: adviceOn(packages, backends, cache, await sharpFault()) };
}

const engines = [
  { backend: '@sensorium/backend-node', engine: 'onnxruntime-node' },
  { backend: '@sensorium/backend-web', engine: 'onnxruntime-web' },
];

/** Where one is missing, the reason of its backend says how to get it. */
const isEngine = (name: string): boolean => engines.some(({ engine }) => engine === name);

/** This package and all of its dependencies that count, and the engine, which belongs to a backend. */
function packageStates(): PackageState[] {
  const own = createRequire(new URL('../package.json', import.meta.url));
  const { name, version, dependencies } = own('./package.json') as {
    name: string;
    version: string;
    dependencies: Record<string, string>;
  };
  const ours = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@sensorium/'));
  return [
    { name, version },
    ...ours.map((dependency) => packageState(dependency, own)),
    ...engines.map(({ backend, engine }) => packageState(engine, requireFrom(backend, own))),
    packageState('sharp', own),
  ];
}

type Require = ReturnType<typeof createRequire>;

/** Looks packages up as another package would. */
function requireFrom(name: string, from: Require): Require {
  const folder = folderOf(name, from);
  return folder === undefined ? from : createRequire(join(folder, 'package.json'));
}

function packageState(name: string, from: Require): PackageState {
  const folder = folderOf(name, from);
  if (folder === undefined) return { name, version: null };
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { name, version };
}

/** Not by resolving `name/package.json`, which a package's exports may hide. */
function folderOf(name: string, from: Require): string | undefined {
  const folders = (from.resolve.paths(name) ?? []).map((path) => join(path, name));
  return folders.find((folder) => existsSync(join(folder, 'package.json')));
}

/** One after the other: each tries to open a model. */
async function backendStates(): Promise<BackendState[]> {
  const states: BackendState[] = [];
  for (const name of Object.keys(platform.backends)) states.push(await probe(name));
  return states;
}

/** Why pictures cannot be decoded, if they cannot: sharp may be installed for another system. */
async function sharpFault(): Promise<string | undefined> {
  try {
    await import('sharp');
    return undefined;
  } catch (error) {
    return firstLine(error);
  }
}

/** Bytes of all files below a folder; 0 where there is none. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }) => (await stat(join(parentPath, name)).catch(() => undefined))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
}

function adviceOn(
  packages: readonly PackageState[],
  backends: readonly BackendState[],
  cache: Diagnosis['cache'],
  sharp: string | undefined,
): string[] {
  const usable = backends.filter(({ available }) => available).map(({ name }) => name);
  const absent = packages.filter(({ name, version }) => version === null && !isEngine(name)).map(({ name }) => name);
  const hasGpu = usable.includes('webgpu') || usable.includes('cuda');
  return [
    usable.length === 0 ? 'Nothing can run here. Install the packages again: npm install' : '',
    absent.length > 0 ? `Install what is missing: npm install ${absent.join(' ')}` : '',
    sharp === undefined ? '' : `Pictures cannot be decoded: ${sharp} Install it again: npm install sharp`,
    hasGpu || usable.length === 0 ? '' : 'No GPU can be used; training runs on the processor.',
    cache.bytes > LARGE_CACHE ? `The cache may be deleted at any time: ${cache.folder}` : '',
  ].filter(Boolean);
}
