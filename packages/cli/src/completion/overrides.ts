import { readFile } from 'node:fs/promises';
import { pluginFolders } from '../places.js';
import type { Candidates, Word } from './candidates.js';
import { below, manifestSchema, pluginKindAt, takesValue, valuesAt, type Spot } from './manifest-schema.js';

/** What `--set` does not take. */
const fixed = new Set(['sensorium', '$schema', 'extends']);

/** `training.e` → `training.epochs=`; `inputs.image.encoder=i` → `inputs.image.encoder=image`. */
export async function overrideWords(manifest: string | undefined, typed: string): Promise<Candidates> {
  const root: Spot = { schema: await manifestSchema(), written: await readWritten(manifest), path: [] };
  const equals = typed.indexOf('=');
  if (equals >= 0) return values(root, typed.slice(0, equals));
  const path = typed.split('.').slice(0, -1);
  const spot = spotAt(root, path);
  const words = [...(spot ? below(spot) : [])].filter(([key]) => path.length > 0 || !fixed.has(key));
  return { words: words.flatMap(([, child]) => keyWords(child)), paths: 'none' };
}

/** A key that takes a value, with its sign; one that has keys below it, with the dot. */
function keyWords(spot: Spot): Word[] {
  const key = spot.path.join('.');
  const { description: meaning = '' } = spot.schema;
  return [
    ...(takesValue(spot) ? [{ word: `${key}=`, meaning }] : []),
    ...(below(spot).size > 0 ? [{ word: `${key}.`, meaning }] : []),
  ];
}

async function values(root: Spot, key: string): Promise<Candidates> {
  const spot = spotAt(root, key.split('.'));
  if (!spot) return { words: [], paths: 'none' };
  const all = new Set([...(await installedAt(spot.path)), ...valuesAt(spot), ...partNames(root, spot.path)]);
  const paths = spot.path[0] === 'data' ? 'files' : 'none';
  return { words: [...all].map((value) => ({ word: `${key}=${value}`, meaning: '' })), paths };
}

/** What a place names by a package: a plugin, or a backend. */
async function installedAt(path: readonly string[]): Promise<string[]> {
  const { backendNames, installedNames } = await import('@sensorium/orchestrator/installed');
  if (path.join('.') === 'backend') return backendNames();
  const kind = pluginKindAt(path);
  return kind ? installedNames(kind, await pluginFolders()) : [];
}

/** What names a part of the same manifest. */
function partNames(root: Spot, path: readonly string[]): string[] {
  const namesIn = (section: string): string[] => [...below(below(root).get(section) ?? root).keys()];
  if (path.join('.') === 'training.decides') return namesIn('heads');
  return path[0] === 'inputs' && path[2] === 'tied' ? namesIn('inputs').filter((name) => name !== path[1]) : [];
}

const spotAt = (root: Spot, path: readonly string[]): Spot | undefined =>
  path.reduce<Spot | undefined>((spot, key) => spot && below(spot).get(key), root);

/** A manifest as it is written. Undefined where it cannot be read: whoever presses Tab is not told of errors. */
async function readWritten(file = ''): Promise<unknown> {
  try {
    const { parse } = await import('yaml');
    return parse(await readFile(file, 'utf8'), { merge: true }) as unknown;
  } catch {
    return undefined;
  }
}
