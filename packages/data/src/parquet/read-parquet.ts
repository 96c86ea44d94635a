import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { SensoriumError } from '@sensorium/contracts';
import { badTable } from '../table/table-error.js';
import type { ParquetFile, RowGroup } from './open-parquet.js';
import { parsers } from './timestamps.js';

export type ParquetRecord = Readonly<Record<string, unknown>>;

/**
 * Rows of a file, of some of its columns; only what these need is read. Throws SENSORIUM_BAD_TABLE, with the row group, for
 * what is damaged.
 */
export async function readRows(
  parquet: ParquetFile,
  columns: readonly string[],
  { start, end }: RowGroup,
  pages = false,
): Promise<ParquetRecord[]> {
  const { buffer: file, metadata, name, groups } = parquet;
  try {
    const rows = await parquetReadObjects({
      file,
      metadata,
      columns: [...columns],
      rowStart: start,
      rowEnd: end,
      useOffsetIndex: pages,
      compressors,
      parsers,
      utf8: false,
      geoparquet: false,
    });
    if (rows.length !== end - start)
      throw new Error(`${end - start} rows are said to be there, and ${rows.length} are`);
    return rows;
  } catch (cause) {
    if (SensoriumError.is(cause)) throw cause;
    const group = groups.findIndex((one) => start >= one.start && start < one.end) + 1;
    throw badTable(
      `row group ${group} of ${groups.length} (rows ${start + 1} to ${end}) cannot be read: ${messageOf(cause)}`,
      { file: name, row: start + 1 },
      'The file is damaged or cut. Copy or download it again.',
      cause,
    );
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
