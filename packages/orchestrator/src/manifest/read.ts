import { manifestSchema, SensoriumError, type ErrorLocation } from '@sensorium/contracts';
import type { z } from 'zod';
import { issuesToProblems } from './issues.js';
import { isList, isMap, locateIn, toPlain, type Located, type LocatedMap, type Path } from './located.js';
import { expandShortForms, merge } from './merge.js';
import { fromObject } from './object.js';
import { parseOverride } from './override.js';
import { ONLY_FUSION } from './parts.js';
import { throwProblems, type Problem } from './problems.js';
import { asWritten } from './resolved-form.js';
import type * as FileReader from './read-file.js';
import { parseYaml } from './yaml.js';

type Written = z.output<typeof manifestSchema>;
type LongForm<Part> = Exclude<Part, string>;

/** A valid manifest: `extends` and `--set` applied, every part in its long form, plugins' options not yet checked. */
export interface LongManifest extends Omit<Written, 'extends' | 'inputs' | 'fusion' | 'fusions' | 'heads'> {
  readonly inputs: Readonly<Record<string, LongForm<Written['inputs'][string]>>>;
  readonly fusion?: LongForm<NonNullable<Written['fusion']>>;
  readonly fusions?: Readonly<Record<string, LongForm<NonNullable<Written['fusions']>[string]>>>;
  readonly heads: Readonly<Record<string, LongForm<Written['heads'][string]>>>;
}

export interface ReadManifest {
  readonly manifest: LongManifest;
  /** Absolute path of the manifest, if it came from a file. Its tables are relative to it. */
  readonly file?: string;
  /**
   * Where a value (or its key) was written: file, line and column; `--set a.b=c`; the key, for an object.
   * For a value that nobody wrote, such as a default: the key of the map it would stand in.
   */
  readonly locate: (path: Path, what?: 'key' | 'value') => ErrorLocation;
}

export interface ReadOptions {
  /** Overrides, each `key.key=value`, the value in YAML. The last wins. */
  readonly set?: readonly string[];
  /** Folder to which a manifest's path, and in a manifest without file `extends`, are relative. Default: the process's. */
  readonly cwd?: string;
}

/**
 * Reads a manifest, applies `extends` and `set`, and checks everything but the plugins' options.
 *
 * @param source path or file URL of YAML or JSON, also the manifest.json that training wrote; YAML (a string with a line
 *   break, or one that begins with `sensorium:`); or an object
 * @throws SENSORIUM_MANIFEST_SYNTAX, SENSORIUM_UNKNOWN_KEY, SENSORIUM_MANIFEST_INVALID, SENSORIUM_NOT_FOUND,
 *   SENSORIUM_NO_PERMISSION, SENSORIUM_IO; SENSORIUM_USAGE for an unreadable `set`
 */
export async function readManifest(
  source: string | URL | object,
  { set = [], cwd }: ReadOptions = {},
): Promise<ReadManifest> {
  const { tree, file } = await readSource(source, cwd);
  const extended = await applyExtends(tree, file, cwd, []);
  const root = expandShortForms(set.map(parseOverride).reduce((base, override) => merge(base, override), extended));
  const locate: ReadManifest['locate'] = (path, what = 'value') => locateIn(root, asIn(root, path), what);
  return { manifest: validate(toPlain(root), locate), file: file?.path, locate };
}

/** The only fusion may stand among `fusions`, too: so model folders have it. */
const asIn = (root: Located, path: Path): Path =>
  path[0] === ONLY_FUSION && isMap(root) && !root.value.has(ONLY_FUSION) ? ['fusions', ...path] : path;

interface Source {
  readonly tree: LocatedMap;
  readonly file?: FileReader.TextFile;
}

const isText = (source: string): boolean => source.includes('\n') || source.startsWith('sensorium:');

async function readSource(source: string | URL | object, cwd: string | undefined): Promise<Source> {
  if (typeof source !== 'string' && !(source instanceof URL)) return { tree: rootMap(fromObject(source)) };
  if (typeof source === 'string' && isText(source)) return { tree: rootMap(parseYaml(source)) };
  const { readManifestFile } = await loadFileReader();
  return parseFile(await readManifestFile(source, cwd));
}

/** @throws SENSORIUM_NOT_FOUND in a browser */
async function loadFileReader(): Promise<typeof FileReader> {
  if (typeof globalThis.process?.getBuiltinModule === 'function') return import('./read-file.js');
  throw new SensoriumError({
    code: 'SENSORIUM_NOT_FOUND',
    message: 'There are no files here: only Node reads a manifest, or one that it extends, from a path.',
    hint: 'Give the text of the manifest (with line breaks), or an object.',
  });
}

const parseFile = (file: FileReader.TextFile): Source => ({ tree: rootMap(parseYaml(file.text, file.name)), file });

function rootMap(root: Located): LocatedMap {
  if (isMap(root)) return asWritten(root);
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `The manifest is ${root.value === null ? 'empty' : 'no map'}; expected keys: sensorium, inputs, heads and, for several inputs, fusion.`,
    location: root.at,
  });
}

/** The manifest merged over those it extends. `chain` holds the paths on the way here. */
async function applyExtends(
  tree: LocatedMap,
  file: FileReader.TextFile | undefined,
  cwd: string | undefined,
  chain: readonly string[],
): Promise<Located> {
  const extended = tree.value.get('extends');
  if (typeof extended?.value !== 'string') return tree;
  const { readBaseFile, rebasePath } = await loadFileReader();
  const base = await readBaseFile(extended.value, extended.at, file, cwd);
  const visited = file ? [...chain, file.path] : chain;
  if (visited.includes(base.path)) throw cycle([...visited, base.path], extended.at);
  const under = await applyExtends(parseFile(base).tree, base, cwd, visited);
  const own = new Map([...tree.value].filter(([key]) => key !== 'extends'));
  return merge(
    rebaseTables(under, (path) => rebasePath(path, base, file, cwd)),
    { ...tree, value: own },
  );
}

function cycle(paths: readonly string[], location: ErrorLocation): SensoriumError {
  return new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `A manifest extends itself:\n${paths.join('\n→ ')}`,
    hint: 'Take one `extends` away.',
    location,
  });
}

/** Entries of `data` that are no paths. */
const notPaths: readonly string[] = ['groups', 'onError'];

/** Tables are relative to the manifest that names them. */
function rebaseTables(root: Located, rebase: (path: string) => string): Located {
  const data = isMap(root) ? root.value.get('data') : undefined;
  if (!isMap(root) || !data || !isMap(data)) return root;
  const tables = [...data.value].map(([key, table]): [string, Located] => [
    key,
    notPaths.includes(key) ? table : rebased(table, rebase),
  ]);
  return { ...root, value: new Map([...root.value, ['data', { ...data, value: new Map(tables) }]]) };
}

const rebased = (path: Located, rebase: (path: string) => string): Located => {
  if (isList(path)) return { ...path, value: path.value.map((item) => rebased(item, rebase)) };
  return typeof path.value === 'string' ? { ...path, value: rebase(path.value) } : path;
};

function validate(value: unknown, locate: ReadManifest['locate']): LongManifest {
  const { data, error } = manifestSchema.safeParse(value);
  const problems = error
    ? issuesToProblems(error.issues, { schema: manifestSchema, value, path: [], noun: 'key', locate })
    : [];
  throwProblems([...problems, ...emptySections(value, locate)]);
  // Short forms were expanded before validation, and what is not valid has been thrown.
  return data as LongManifest;
}

function emptySections(manifest: unknown, locate: ReadManifest['locate']): Problem[] {
  const sections = manifest as Readonly<Record<string, unknown>>;
  const isEmpty = (name: string): boolean => {
    const section = sections[name];
    return typeof section === 'object' && section !== null && Object.keys(section).length === 0;
  };
  return ['inputs', 'fusions', 'heads'].filter(isEmpty).map((name) => ({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `${name} has nothing in it; expected at least one ${name.slice(0, -1)}.`,
    location: locate([name]),
  }));
}
