import { pipeline, Readable } from 'node:stream';
import { entryAddress } from '../archive/entry-address.js';
import { isHttp } from '../bytes/http-access.js';
import { disk } from '../found/disk.js';
import { findTable } from '../found/find-table.js';
import { isGlob } from '../found/glob.js';
import { endingOf, fileNameOf, folderOf } from '../found/paths.js';
import { CsvError, parse, type CsvError as CsvFault } from 'csv-parse';
import { breaksIn, decodeUtf8, MARK } from './decode-utf8.js';
import { badRecord, recordOptions, shapeOf, toRow, type ParsedRecord } from './delimited.js';
import { delimiterOf } from './delimiter.js';
import { wholeLinesOfFile } from './file-lines.js';
import { recordsIn } from './json-lines.js';
import type { Lines } from './lines.js';
import { cellsOf, ColumnNames, rowOf, type TableRecord } from './records.js';
import type { RowShape } from './row-shape.js';
import type { Row } from './row.js';
import { emptyTable, tableEndings, tableKind, type TableKind } from './table.js';

/** A table that is read row by row, and never held as a whole. */
export interface TableStream {
  readonly path: string;
  readonly columns: readonly string[];
  /** How many rows there are. */
  readonly count: number;
  /** How its cells are kept apart. */
  readonly form: TableForm;
  /** Where the paths in its cells begin. */
  readonly base: string;
  /** Reads the file again, from its beginning. Throws as `streamTable` does where it was changed. */
  readonly rows: () => AsyncGenerator<Row>;
}

export interface TableForm {
  /** Undefined for all but CSV and TSV. */
  readonly delimiter: string | undefined;
  /** Whether a byte order mark stands before it, as spreadsheets write and want it. */
  readonly marked: boolean;
}

/**
 * Reads whatever `findTable` reads. A text is read once, so that it is known to be whole, and how long it is; a Parquet file tells
 * that at its end; of others, the rows are held in memory. Throws what `findTable` throws for it.
 */
export async function streamTable(path: string, options: { signal?: AbortSignal } = {}): Promise<TableStream> {
  const isText = tableEndings.includes(endingOf(path)) && !isGlob(path) && !isHttp(path) && !entryAddress(path);
  return isText ? streamText(path, options) : streamFound(path, options);
}

const noForm: TableForm = { delimiter: undefined, marked: false };

async function streamFound(path: string, options: { signal?: AbortSignal }): Promise<TableStream> {
  if (endingOf(path) === 'parquet' && !isGlob(path) && !entryAddress(path)) {
    const { streamParquet } = await import('../found/parquet-table.js');
    const access = await disk.open(path, options.signal);
    const { columns, count, rows } = await streamParquet(access, isHttp(path) ? path : fileNameOf(path), options);
    return { path, columns, count, rows, base: folderOf(path), form: noForm };
  }
  const { table, base } = await findTable(path, disk, options);
  const rows = async function* () {
    yield* table.rows;
  };
  return { path, columns: table.columns, count: table.rows.length, rows, base, form: noForm };
}

async function streamText(path: string, { signal }: { signal?: AbortSignal }): Promise<TableStream> {
  const kind = tableKind(path);
  const form = await formOf(path, kind);
  const { delimiter } = form;
  const source = { path, signal };
  const { count, columns, rows } = await (delimiter === undefined
    ? lookAtJson(source)
    : lookAtDelimited(source, delimiter));
  if (count === 0) throw emptyTable(path);
  return { path, columns, count, form, rows, base: folderOf(path) };
}

interface Source {
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

type Looked = Pick<TableStream, 'columns' | 'count' | 'rows'>;

async function formOf(path: string, kind: TableKind): Promise<TableForm> {
  for await (const bytes of wholeLinesOfFile(path)) {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const marked = text.startsWith(MARK);
    return { marked, delimiter: kind === 'jsonl' ? undefined : delimiterOf(text, kind) };
  }
  throw emptyTable(path);
}

async function* linesOf(path: string, signal?: AbortSignal): AsyncGenerator<Lines> {
  let before = 0;
  for await (const bytes of wholeLinesOfFile(path, signal)) {
    const text = decodeUtf8(bytes, path, before);
    yield { text, before };
    before += breaksIn(text);
  }
}

/** What its keys are is known at the end. */
async function lookAtJson(source: Source): Promise<Looked> {
  const columns = new ColumnNames(source.path);
  let count = 0;
  for await (const one of jsonRecords(source)) {
    columns.add(one, ++count);
    cellsOf(one, count, Object.keys(one.record), source.path);
  }
  const shape = columns.shape();
  return { columns: shape.columns, count, rows: () => jsonRows(source, shape) };
}

async function* jsonRows(source: Source, shape: RowShape): AsyncGenerator<Row> {
  let number = 0;
  for await (const one of jsonRecords(source)) yield rowOf(one, ++number, shape, source.path);
}

async function* jsonRecords({ path, signal }: Source): AsyncGenerator<TableRecord> {
  let rows = 0;
  for await (const lines of linesOf(path, signal)) {
    for (const one of recordsIn(lines, rows, path)) {
      rows++;
      yield one;
    }
  }
}

async function lookAtDelimited(source: Source, delimiter: string): Promise<Looked> {
  let [columns, count]: [readonly string[], number] = [[], 0];
  const rows = delimitedRows(source, delimiter, (shape) => ({ columns } = shape));
  for (let row = await rows.next(); !row.done; row = await rows.next()) count++;
  return { columns, count, rows: () => delimitedRows(source, delimiter) };
}

async function* delimitedRows(
  { path, signal }: Source,
  delimiter: string,
  onHeader?: (shape: RowShape) => void,
): AsyncGenerator<Row> {
  let [shape, number, lines]: [RowShape | undefined, number, number] = [undefined, 0, 0];
  try {
    for await (const parsed of parsedRecords(path, delimiter, signal)) {
      if (shape) {
        yield toRow(parsed, ++number, shape, path);
      } else {
        shape = shapeOf(parsed, path);
        onHeader?.(shape);
      }
      lines = parsed.info.lines;
    }
  } catch (error) {
    if (!isCsvError(error)) throw error;
    throw badRecord(error, path, () => lines + 1);
  }
}

/** Another copy of csv-parse's class is in its entry for texts in memory. */
const isCsvError = (error: unknown): error is CsvFault => error instanceof CsvError;

function parsedRecords(path: string, delimiter: string, signal?: AbortSignal): AsyncIterable<ParsedRecord> {
  const texts = async function* () {
    for await (const { text } of linesOf(path, signal)) yield text;
  };
  const parser = parse(recordOptions(delimiter));
  // A failure of the source reaches who reads the parser.
  return pipeline(Readable.from(texts()), parser, () => undefined) as AsyncIterable<ParsedRecord>;
}
