import type { SensoriumError, Warning } from '@sensorium/contracts';

/** Rows of a table that were left out because something in them cannot be read. */
export interface Skipped {
  readonly rows: number;
  /** By the code of the first error in each row. */
  readonly reasons: Readonly<Record<string, SkipReason>>;
}

export interface SkipReason {
  readonly count: number;
  /** The first few. */
  readonly examples: readonly { readonly row: number; readonly message: string }[];
}

const MOST_EXAMPLES = 3;

/** By row, from 0. */
export type LeftOut = ReadonlyMap<number, SensoriumError>;

/** Undefined where nothing was left out. */
export function skippedOf(leftOut: LeftOut): Skipped | undefined {
  if (leftOut.size === 0) return undefined;
  const reasons = new Map<string, { count: number; examples: { row: number; message: string }[] }>();
  for (const [index, { code, message, location }] of [...leftOut].sort(([a], [b]) => a - b)) {
    const reason = reasons.get(code) ?? { count: 0, examples: [] };
    reasons.set(code, reason);
    reason.count++;
    if (reason.examples.length < MOST_EXAMPLES) reason.examples.push({ row: location?.row ?? index + 1, message });
  }
  return { rows: leftOut.size, reasons: Object.fromEntries(reasons) };
}

/** @param name of the table: `train` */
export function skipWarning(name: string, { rows, reasons }: Skipped, of: number): Warning {
  const parts = Object.entries(reasons).map(([code, { count, examples }]) => {
    const first = examples.map(({ row, message }) => `row ${row}: ${message}`).join('; ');
    return `${count} × ${code} (${first}${count > examples.length ? '; …' : ''})`;
  });
  return {
    code: 'rows-skipped',
    message: `${rows} of ${of} rows of data.${name} are left out, because they cannot be read: ${parts.join(', ')}`,
    hint: 'metrics.json has the numbers. Correct the rows, or leave data.onError away to be told of the first one.',
  };
}

/** @param absent by the column's key, the rows whose file is not there */
export const absentWarnings = (name: string, absent: ReadonlyMap<string, number>): Warning[] =>
  [...absent].map(([key, count]) => ({
    code: 'files-absent',
    key,
    message: `the files of ${count} ${count === 1 ? 'row' : 'rows'} of data.${name} are not there: the input counts as missing`,
    hint: 'Where none may be missing, set "missing: error".',
  }));
