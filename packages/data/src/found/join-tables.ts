import { required } from '@sensorium/contracts';
import { didYouMean } from '../nearest.js';
import { sha256 } from '../sha256.js';
import type { Row } from '../table/row.js';
import { badTable } from '../table/table-error.js';
import { counted } from './files-table.js';
import type { FoundTable } from './found-table.js';

/** The rows of several tables, one after the other. Throws SENSORIUM_BAD_TABLE where one has other columns than the first. */
export async function joinTables(
  parts: readonly FoundTable[],
  { path, base }: { readonly path: string; readonly base: string },
): Promise<FoundTable> {
  const [first] = parts;
  const { table } = required(first, `a table of ${path}`);
  for (const part of parts) checkColumns(part, table.columns, table.path);
  const rows = parts.flatMap(({ table: { rows, path: file } }) => rows.map((row): Row => ({ file, ...row })));
  const bytes = [...new Set(parts.flatMap((part) => part.table.bytes ?? []))];
  return {
    table: { path, columns: table.columns, rows, bytes },
    base,
    hash: await sha256(parts.map(({ hash }) => hash).join('\n')),
    readAs: `${counted(parts.length, 'table')} with ${counted(rows.length, 'row')}`,
  };
}

function checkColumns({ table }: FoundTable, columns: readonly string[], path: string): void {
  const lacking = columns.find((column) => !table.columns.includes(column));
  const further = table.columns.find((column) => !columns.includes(column));
  const other = lacking ?? further;
  if (other === undefined) return;
  const message =
    lacking === undefined
      ? `there is a column "${further}", which "${path}" does not have`
      : `there is no column "${lacking}", which "${path}" has.${didYouMean(lacking, table.columns)}`;
  const hint = 'Tables that are read one after the other have the same columns, in any order.';
  throw badTable(message, { file: table.path, key: other }, hint);
}
