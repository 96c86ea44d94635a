import { SensoriumError, type ErrorCode, type ResolvedManifest } from '@sensorium/contracts';
import type { DataColumn } from './data-column.js';
import type { OpenTable } from './open-table.js';

/** What becomes of a row that cannot be read: `data.onError`. */
export type OnError = ResolvedManifest['data']['onError'];

/** What became of a value; numbers, because they stand with its tensors. */
export const fates = { read: 0, absent: 1, unreadable: 2 } as const;
export type Fate = (typeof fates)[keyof typeof fates];

/** What is wrong with the value of a row, and not with the machine, a package or the program. */
const ofValues: readonly ErrorCode[] = [
  'SENSORIUM_BAD_MEDIA',
  'SENSORIUM_BAD_TABLE',
  'SENSORIUM_MEDIA_TOO_LARGE',
  'SENSORIUM_MISSING_INPUT',
  'SENSORIUM_NOT_FOUND',
  'SENSORIUM_NO_PERMISSION',
  'SENSORIUM_TIMEOUT',
  'SENSORIUM_UNSEEN_LABEL',
];

type Lenience = Pick<OpenTable, 'onError'>;
type Asked = Pick<DataColumn, 'presentName' | 'modality'>;

/**
 * What an error makes of a value: a file that is not there is a missing input, where that may be missing; what else cannot be
 * read leaves its row out, where that is asked for. Undefined: the error is to be thrown.
 */
export function fateOf(error: unknown, column: Asked, { onError }: Lenience): Fate | undefined {
  if (!SensoriumError.is(error)) return undefined;
  if (error.code === 'SENSORIUM_NOT_FOUND' && mayBeAbsent(column)) return fates.absent;
  return onError === 'skip' && isOfValue(error.code) ? fates.unreadable : undefined;
}

/** Whether some errors of a column are not thrown. */
export const isLenient = (column: Asked, { onError }: Lenience): boolean => onError === 'skip' || mayBeAbsent(column);

const mayBeAbsent = ({ presentName, modality }: Asked): boolean => presentName !== null && modality.from === 'file';

/** Codes of plugins tell of values, too. */
const isOfValue = (code: ErrorCode): boolean => ofValues.includes(code) || code.startsWith('SENSORIUM_PLUGIN_');

/** What `work` gives; undefined where its error is of a value that may be left out, or be missing. */
export async function forgiving<T>(table: Lenience, column: Asked, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (fateOf(error, column, table) === undefined) throw error;
    return undefined;
  }
}
