import { SensoriumError } from '@sensorium/contracts';
import { sha256 } from '../sha256.js';
import { tableFromRecords } from '../table/table.js';
import type { FoundTable } from './found-table.js';
import { isHidden } from './paths.js';

export interface FilesTableOptions {
  /** How errors call the table. */
  readonly path: string;
  readonly base: string;
  /** What the files are of: `the folder photos`. */
  readonly of: string;
  /** The address of a file, as seen from the base. */
  readonly addressOf?: (path: string) => string;
}

/**
 * A row for each file: `file`, and `label`, the first folder on its way, empty for a file that lies in none. Hidden files are
 * left out. Throws SENSORIUM_EMPTY_TABLE.
 */
export async function filesTable(paths: readonly string[], options: FilesTableOptions): Promise<FoundTable> {
  const { path, base, of, addressOf = (file: string) => file } = options;
  const seen = paths.filter((file) => !isHidden(file));
  if (seen.length === 0) throw noFiles(path, of);
  const records = seen.map((file) => ({ file: addressOf(file), label: labelOf(file) }));
  const labels = new Set(records.map(({ label }) => label).filter((label) => label !== null));
  return {
    table: tableFromRecords(records, path),
    base,
    hash: await sha256(JSON.stringify(records)),
    readAs: `${of}: ${counted(seen.length, 'file')}, labels from ${counted(labels.size, 'folder')}`,
  };
}

/** `cats` of `cats/young/1.png` */
const labelOf = (path: string): string | null => (path.includes('/') ? path.replace(/\/[^]*$/, '') : null);

const noFiles = (file: string, of: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_EMPTY_TABLE',
    message: `${of} has no files`,
    hint: 'Hidden files do not count. Labels are the names of the folders in it: photos/cats/1.png.',
    location: { file },
  });

export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
