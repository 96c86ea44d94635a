import { SensoriumError } from '@sensorium/contracts';
import { openArchive } from '../archive/open-archive.js';
import { readFileOf, tooLarge } from '../archive/archive.js';
import { badArchive } from '../archive/archive-error.js';
import { entryAddress, type EntryAddress } from '../archive/entry-address.js';
import type { RandomAccess } from '../bytes/random-access.js';
import { isHttp } from '../bytes/http-access.js';
import { sha256 } from '../sha256.js';
import { badTable } from '../table/table-error.js';
import { parseTable, tableEndings } from '../table/table.js';
import { filesTable } from './files-table.js';
import type { FindOptions, FoundTable } from './found-table.js';
import { isGlob, parseGlob } from './glob.js';
import { joinTables } from './join-tables.js';
import { endingOf, fileNameOf, folderOf, isHidden, joinPath } from './paths.js';
import { checkTypes } from './check-types.js';
import type { Place } from './place.js';
import { isWebDataset, webDataset } from './web-dataset.js';

const archives: readonly string[] = ['zip', 'tar'];
/** What can be read without a look into the file. */
const known: readonly string[] = [...tableEndings, 'parquet', ...archives];

/** What fits into one array everywhere. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Reads what a path names as a table: a file (.csv, .tsv, .jsonl, .ndjson, .parquet), a table in an archive
 * (`data.zip!train.csv`), the files of a folder, of a .zip or of a .tar, or what a pattern matches: tables of equal columns, one
 * after the other, or files. Throws what `parseTable` throws; SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO;
 * SENSORIUM_BAD_MEDIA and SENSORIUM_MEDIA_TOO_LARGE for archives that are damaged or made to do harm; and the signal's reason.
 */
export async function findTable(path: string, place: Place, options: FindOptions = {}): Promise<FoundTable> {
  const found = await find(path, place, options);
  checkTypes(found.table, options.columns);
  return found;
}

async function find(path: string, place: Place, options: FindOptions): Promise<FoundTable> {
  const inside = entryAddress(path);
  if (inside) return tableInside(inside, path, place, options);
  if (isGlob(path) && !(await isThere(path, place, options))) return matching(path, place, options);
  if (known.includes(endingOf(path))) return tableOfFile(path, fileNameFor(path), place, options);
  const files = await place.list(path, options.signal);
  if (files) return filesTable(files, { path, base: path, of: `the folder "${fileNameOf(path)}"` });
  throw await noTable(path, place, options);
}

/** A name with signs of a pattern may be a file's own. */
const isThere = (path: string, place: Place, { signal }: FindOptions): Promise<boolean> =>
  place.open(path, signal).then(
    () => true,
    () => false,
  );

/** Cells of an address begin with it; those of a file, which lies in a folder, with its name. */
const fileNameFor = (path: string): string => (isHttp(path) ? path : fileNameOf(path));

/** @param seenAs its address as seen from where the paths of the table begin */
async function tableOfFile(path: string, seenAs: string, place: Place, options: FindOptions): Promise<FoundTable> {
  const access = await place.open(path, options.signal);
  const ending = endingOf(path);
  if (ending === 'parquet') return (await import('./parquet-table.js')).parquetTable(access, path, seenAs, options);
  if (archives.includes(ending)) return tableOfArchive(access, path, seenAs, options);
  const bytes = await wholeOf(access, options);
  return { table: parseTable(bytes, path), base: folderOf(path), hash: await sha256(bytes) };
}

async function tableOfArchive(
  access: RandomAccess,
  path: string,
  seenAs: string,
  { signal }: FindOptions,
): Promise<FoundTable> {
  const archive = await openArchive(access);
  const found = { path, base: folderOf(path), addressOf: (file: string) => `${seenAs}!${file}` };
  if (endingOf(path) === 'tar' && isWebDataset(archive)) return webDataset(archive, { ...found, signal });
  return filesTable([...archive.files.keys()].sort(), { ...found, of: `the archive "${fileNameOf(access.name)}"` });
}

/** A table in an archive, or a folder in it. Its paths begin, and stay, there. */
async function tableInside(
  { container, entry }: EntryAddress,
  path: string,
  place: Place,
  options: FindOptions,
): Promise<FoundTable> {
  const ending = endingOf(entry);
  if (endingOf(container) === 'parquet' || ending === 'parquet') throw unpackFirst(path);
  const access = await place.open(container, options.signal);
  const archive = await openArchive(access);
  if (tableEndings.includes(ending)) {
    const bytes = await readFileOf(archive, entry, { maxBytes: MOST_BYTES, signal: options.signal });
    return { table: parseTable(bytes, path), base: `${container}!${folderOf(entry)}`, hash: await sha256(bytes) };
  }
  const folder = entry === '' || entry.endsWith('/') ? entry : `${entry}/`;
  const files = [...archive.files.keys()]
    .filter((file) => file.startsWith(folder))
    .map((file) => file.slice(folder.length));
  return filesTable(files.sort(), { path, base: `${container}!${folder}`, of: `"${entry}" of ${archive.name}` });
}

const unpackFirst = (path: string): SensoriumError =>
  badArchive(path, 'is a Parquet file in another file, which is not read', 'Unpack it and name it where it lies.');

/** What a pattern matches. */
async function matching(path: string, place: Place, options: FindOptions): Promise<FoundTable> {
  const { base, matches } = parseGlob(path);
  const below = (await place.list(base, options.signal)) ?? [];
  const found = below.filter((file) => matches(file) && !isHidden(file));
  const tables = found.filter((file) => known.includes(endingOf(file)));
  if (found.length === 0) throw nothingMatches(path, base, below.length);
  if (tables.length === 0) return filesTable(found, { path, base, of: `the files of "${path}"` });
  if (tables.length < found.length) throw mixed(path, tables, found);
  const parts: FoundTable[] = [];
  for (const file of tables) parts.push(await tableOfFile(joinPath(base, file), file, place, options));
  return joinTables(parts, { path, base });
}

async function wholeOf(access: RandomAccess, { signal }: FindOptions): Promise<Uint8Array> {
  if (access.size > MOST_BYTES) throw tooLarge(access.name, access.size, MOST_BYTES);
  return access.read(0, access.size, signal);
}

const supported =
  'A table is a file (.csv, .tsv, .jsonl, .ndjson, .parquet), a .zip or .tar, a folder of files, or a pattern such as "shards/*.parquet".';

/** Longer paths are cut where a message names them: what was taken for one may be a file's whole content. */
const LONGEST_PATH = 1000;

/** Neither a folder nor a table. */
async function noTable(path: string, place: Place, { signal }: FindOptions): Promise<unknown> {
  const file = path.length > LONGEST_PATH ? `…${path.slice(-LONGEST_PATH)}` : path;
  const isGzip = /\.(?:tgz|gz)$/i.test(path);
  if (endingOf(path) === '') {
    try {
      await place.open(path, signal);
    } catch (error) {
      return error;
    }
  }
  return badTable(
    `"${file}" does not end as a table does`,
    { file },
    isGzip ? 'Unpack it with gunzip: nothing in a compressed file can be read alone.' : supported,
  );
}

const nothingMatches = (file: string, base: string, count: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NOT_FOUND',
    message: `no file matches "${file}"; below "${base || '.'}" are ${count} files`,
    hint: '"*" stands for a part of a name, "**" for folders: images/**/*.png.',
    location: { file },
  });

function mixed(path: string, tables: readonly string[], found: readonly string[]): SensoriumError {
  const other = found.find((file) => !tables.includes(file));
  return badTable(
    `"${path}" matches ${tables.length} tables or archives ("${tables[0]}") and ${found.length - tables.length} other files ("${other}")`,
    { file: path },
    'Name the one or the other: "shards/*.parquet". Files that are tables, one for each row, are named by their folder.',
  );
}
